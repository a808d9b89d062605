import { showItemCode } from "../base/item_code";
import { qr } from "../base/qr";
import type { Slip } from "../intake/keeping";
import { showMoney } from "../intake/money";

/*
 * PHIẾU GỬI HỒ SƠ, in the words and the order of client/paper_slip.c. Papers are Vietnamese whatever language the page
 * speaks. Without the look-up token it says so, for the citizen will ask.
 */
interface Party {
	name?: string;
	phone?: string;
	address?: string;
}

const SERVICES = ["", "Gửi hồ sơ", "Nhận kết quả", "Gửi hồ sơ và nhận kết quả"];
const PAYMENTS: Record<string, string> = { cash: "Tiền mặt", transfer_post: "Chuyển khoản bưu điện", transfer_agency: "Chuyển khoản cơ quan", online: "Trực tuyến" };

function whenOf(at: string): string {
	const parts = Object.fromEntries(new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
		.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
	return `${parts.hour} giờ ${parts.minute} phút, ngày ${parts.day}/${parts.month}/${parts.year}`;
}

function Line({ words, value }: { words: string; value: string | undefined }) {
	return <><dt>{words}</dt><dd>{value || "…"}</dd></>;
}

function PartyLines({ words, party }: { words: string; party: Party }) {
	return <Line words={words} value={[party.name, party.address, party.phone && `ĐT\u00a0${party.phone}`].filter(Boolean).join(" · ")} />;
}

export function SlipPaper({ slip, token }: { slip: Slip; token: string }) {
	const data = slip.data as Record<string, string> & { sender: Party; receiver: Party; submitter?: Party; service: number; fee?: number; postage?: number };
	return (
		<section class="slip" lang="vi" aria-label="Phiếu gửi hồ sơ">
			<p class="slip-head"><span>{slip.office}</span><span class="code">{showItemCode(slip.code)}</span></p>
			<h2>PHIẾU GỬI HỒ SƠ</h2>
			<p class="slip-kind">Dịch vụ bưu chính công ích: gửi hồ sơ, nhận kết quả giải quyết thủ tục hành chính</p>
			<dl>
				<Line words="Số hiệu bưu gửi" value={showItemCode(slip.code)} />
				<Line words="Dịch vụ" value={SERVICES[data.service]} />
				<Line words="Thủ tục" value={[data.procedure, slip.procedureName].filter(Boolean).join(" · ")} />
				<Line words="Cơ quan giải quyết" value={slip.agencyName} />
				<PartyLines words="Người gửi" party={data.sender} />
				<PartyLines words="Người nhận" party={data.receiver} />
				{data.submitter && <Line words="Người nộp thay" value={`${data.submitter.name} (giấy ủy quyền ${data.authorisation})`} />}
			</dl>
			<PaperLines data={slip.data} />
			<dl>
				<Line words="Cước dịch vụ" value={data.postage === undefined ? "" : showMoney(data.postage)} />
				<Line words="Phí, lệ phí đã thu" value={data.fee ? `${showMoney(data.fee)}, biên lai số ${data.receipt}` : "không thu"} />
				{data.payment && <Line words="Hình thức thanh toán" value={PAYMENTS[data.payment]} />}
				<Line words="Số niêm phong" value={data.seal} />
				<Line words="Nhận gửi lúc" value={whenOf(slip.at)} />
			</dl>
			<p class="slip-small">Hồ sơ đã được kiểm đếm và niêm phong trước mặt người gửi. Người gửi được khiếu nại trong 06 tháng; bưu chính trả lời trong 05 ngày làm việc
				(nội tỉnh) hoặc 07 ngày làm việc (liên tỉnh). Hồ sơ mất, hư hỏng được bồi thường theo quy định của pháp luật về bưu chính; phát chậm được hoàn cước.
				Người gửi giữ phiếu này để tra cứu, thay đổi địa chỉ hoặc khiếu nại.</p>
			<LookUp slip={slip} token={token} />
			<div class="slip-signs"><p>NGƯỜI GỬI<span>{(data.submitter ?? (data.service === 2 ? data.receiver : data.sender)).name}</span></p><p>GIAO DỊCH VIÊN / BƯU TÁ<span>{slip.clerk}</span></p></div>
		</section>
	);
}

function PaperLines({ data }: { data: Record<string, unknown> }) {
	const all = (data.papers ?? []) as { name: string; original: number; certified: number; copy: number }[];
	const papers = all.filter(({ original, certified, copy }) => original + certified + copy > 0);
	const missing = (data.missing_papers ?? []) as string[];
	return (
		<>
			{papers.length > 0 && (
				<table>
					<thead><tr><th scope="col">STT</th><th scope="col">Tên giấy tờ</th><th scope="col">Bản chính</th><th scope="col">Chứng thực</th><th scope="col">Bản sao</th></tr></thead>
					<tbody>{papers.map(({ name, original, certified, copy }, i) => (
						<tr key={i}><td>{i + 1}</td><td>{name}</td><td>{original || "–"}</td><td>{certified || "–"}</td><td>{copy || "–"}</td></tr>
					))}</tbody>
				</table>
			)}
			{missing.length > 0 && <p>Còn thiếu, đã hướng dẫn: {missing.join("; ")}.</p>}
		</>
	);
}

/* What opens the public look-up: as a QR code for a phone, and in letters for whoever has none. */
function LookUp({ slip, token }: { slip: Slip; token: string }) {
	return token
		? <div class="slip-token"><Qr text={`${slip.code}.${token}`} /><p>Tra cứu tiến độ hồ sơ: quét mã QR này, hoặc dùng số hiệu <span class="code">{slip.code}</span> và mã tra cứu <strong class="code">{token}</strong>, hoặc số hiệu và 4 số cuối điện thoại.</p></div>
		: <p class="slip-token"><strong>Chưa có mã tra cứu</strong>: phiếu này in khi máy chủ chưa trả lời. Tra cứu bằng số hiệu <span class="code">{slip.code}</span> và 4 số cuối điện thoại, hoặc xin in lại phiếu tại bưu cục.</p>;
}

const QUIET = 4; // modules of white around it

function Qr({ text }: { text: string }) {
	const rows = qr(text);
	const path = rows?.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join("");
	const size = (rows?.length ?? 0) + 2 * QUIET;
	return path ? <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="Mã QR tra cứu"><path d={path} /></svg> : null;
}
