import { dayOf } from "../base/day";
import { showItemCode } from "../base/item_code";
import { showMoney } from "../intake/money";
import { type Line, partyOf, type Whole } from "../manifest/manifest";
import { label } from "../words/labels";

/*
 * BIÊN BẢN GIAO NHẬN HỒ SƠ and BẢNG KÊ BƯU GỬI, in the words and the order of client/paper_list.c; seen only on paper. Papers
 * are Vietnamese whatever language the page speaks.
 */
export interface Facts {
	sender: string;
	receiver: string;
	procedure: string;
	collect: number;
}

function dateOf(at: string | null): string {
	if (!at) {
		return "Ngày … tháng … năm …";
	}
	const [year, month, day] = dayOf(at).split("-");
	return `Ngày ${day} tháng ${month} năm ${year}`;
}

function timeOf(at: string | null): string {
	const text = at ? new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at)) : "…:…";
	const [hour, minute] = text.split(":");
	return `${hour} giờ ${minute} phút`;
}

export function ManifestPaper({ whole, facts }: { whole: Whole; facts: Map<string, Facts> }) {
	const isList = whole.kind === "bag" || whole.kind === "route";
	const lines = whole.lines.filter(({ counts }) => counts);
	return (
		<section class="paper" lang="vi" aria-hidden="true">
			<p class="slip-head"><span>{whole.office.name}</span><span>Số: {whole.signature?.minutes ?? "…………"}</span></p>
			<h2>{isList ? "BẢNG KÊ BƯU GỬI" : whole.kind === "remittance" ? "BẢNG KÊ NỘP PHÍ, LỆ PHÍ" : "BIÊN BẢN GIAO NHẬN HỒ SƠ"}</h2>
			{!isList && <p class="slip-kind">(Quyết định số 45/2016/QĐ-TTg ngày 19 tháng 10 năm 2016 của Thủ tướng Chính phủ)</p>}
			{whole.state !== "closed" && <p class="slip-kind"><strong>BẢN NHÁP, CHƯA ĐÓNG</strong></p>}
			{isList ? <ListHead whole={whole} /> : <HandoverHead whole={whole} />}
			<Rows lines={lines} facts={facts} isList={isList} />
			<p><strong>{isList ? "Tổng số bưu gửi" : "Tổng số hồ sơ"}: {lines.length}</strong></p>
			{!isList && <HandoverFoot whole={whole} lines={lines} />}
			{whole.hash && <p class="slip-small">Mã kiểm chứng (SHA-256): <span class="consent">{whole.hash}</span></p>}
			<Signs whole={whole} isList={isList} />
		</section>
	);
}

function ListHead({ whole }: { whole: Whole }) {
	return (
		<dl>
			<dt>Nơi giao</dt><dd>{whole.office.name}</dd><dt>Nơi nhận</dt><dd>{partyOf(whole)}</dd>
			<dt>Túi / tuyến phát số</dt><dd>{whole.label ?? "…"}</dd><dt>Giờ giao</dt><dd>{timeOf(whole.signature?.at ?? null)}, {dateOf(whole.signature?.at ?? null).toLowerCase()}</dd>
		</dl>
	);
}

/* What comes back from the agency is given by the agency. */
function sides(whole: Whole) {
	const post = { name: whole.closed_by ?? whole.opened_by, unit: whole.office.name };
	const agency = { name: whole.signature?.name ?? "…", unit: whole.signature?.unit ?? partyOf(whole) };
	return whole.kind === "handover_out" ? [agency, post] : [post, agency];
}

function HandoverHead({ whole }: { whole: Whole }) {
	const [from, to] = sides(whole);
	return (
		<>
			<p class="paper-date">{dateOf(whole.signature?.at ?? null)}</p>
			<dl><dt>Bên giao</dt><dd>{from.name} · Đơn vị: {from.unit}</dd><dt>Bên nhận</dt><dd>{to.name} · Đơn vị: {to.unit}</dd></dl>
			<p>Hai bên đã cùng kiểm đếm và giao nhận các hồ sơ sau:</p>
		</>
	);
}

const LIST = ["STT", "Số hiệu bưu gửi", "Loại", "Người gửi", "Người nhận, địa chỉ", "Thu hộ", "Ghi chú"];
const HANDOVER = ["STT", "Số hiệu bưu gửi (phiếu gửi)", "Mã hồ sơ", "Người gửi", "Thủ tục", "Phí, lệ phí", "Đủ / Thiếu", "Ghi chú"];

function Cells({ line, about, isList }: { line: Line; about: Facts | undefined; isList: boolean }) {
	const money = line.amount === null ? "–" : `${line.money_kind === "collect" ? "thu hộ " : ""}${showMoney(line.amount)}`;
	return isList
		? <><td>{line.leg_kind && label("leg_kinds", line.leg_kind)}</td><td>{about?.sender || "–"}</td><td>{about?.receiver || "–"}</td><td class="number">{about?.collect ? showMoney(about.collect) : "–"}</td></>
		: <><td>{line.dossier_code ?? "–"}</td><td>{about?.sender || "–"}</td><td>{about?.procedure || "–"}</td><td class="number">{money}</td><td>{line.complete === null ? "–" : line.complete ? "Đủ" : "Thiếu"}</td></>;
}

function Rows({ lines, facts, isList }: { lines: Line[]; facts: Map<string, Facts>; isList: boolean }) {
	return (
		<table>
			<thead><tr>{(isList ? LIST : HANDOVER).map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
			<tbody>
				{lines.map((line, i) => (
					<tr key={line.id}>
						<td>{i + 1}</td><td class="code">{showItemCode(line.item_code)}</td><Cells line={line} about={facts.get(line.item_code)} isList={isList} /><td>{line.note}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function HandoverFoot({ whole, lines }: { whole: Whole; lines: Line[] }) {
	const full = lines.every(({ complete }) => complete !== null) ? lines.length - whole.incomplete : "…"; // not all were counted: by hand
	return (
		<>
			<p>Số hồ sơ đầy đủ: {full} · Số hồ sơ còn thiếu: {whole.incomplete || (full === "…" ? "…" : 0)}</p>
			<p>Tổng số phí, lệ phí bàn giao: {whole.fee + whole.collect > 0 ? showMoney(whole.fee + whole.collect) : "không"}</p>
			<p>Biên bản ký lúc {timeOf(whole.signature?.at ?? null)}; ý kiến khác: …………………………</p>
			<p class="slip-small">Biên bản lập thành 02 bản, mỗi bên giữ 01 bản. Với hồ sơ nộp cho cơ quan, thời điểm hai bên ký biên bản là thời điểm nộp hồ sơ.</p>
		</>
	);
}

function Signs({ whole, isList }: { whole: Whole; isList: boolean }) {
	const [from, to] = isList ? [{ name: whole.closed_by ?? whole.opened_by }, { name: whole.signature?.name ?? "" }] : sides(whole);
	const titles = isList ? ["NGƯỜI LẬP BẢNG KÊ", "NGƯỜI NHẬN"] : ["BÊN GIAO", "BÊN NHẬN"];
	return <div class="slip-signs"><p>{titles[0]}<span>{from.name}</span></p><p>{titles[1]}<span>{to.name}</span></p></div>;
}
