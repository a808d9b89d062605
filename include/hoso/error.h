#ifndef HOSO_ERROR_H
#define HOSO_ERROR_H

/*
 * The one error table. Each row: name, wire token, HTTP status, may the same request be sent again
 * unchanged, what it means and what to do (Vietnamese, English). The tokens are stable: clients and
 * people's notes depend on them. The README's table is held against this one by tests/lint.
 */

#define HOSO_FINAL 0
#define HOSO_RETRY 1

/* clang-format off */
#define HOSO_ERRORS(X) \
	X(HOSO_OK, "ok", 200, HOSO_FINAL, "Thành công.", "Done.") \
	/* the request as a whole */ \
	X(HOSO_BAD_REQUEST, "bad_request", 400, HOSO_FINAL, "Yêu cầu HTTP không hợp lệ.", "The HTTP request is malformed.") \
	X(HOSO_BAD_UTF8, "bad_utf8", 400, HOSO_FINAL, "Văn bản không phải UTF-8. Hãy gửi lại bằng UTF-8.", "The text is not UTF-8. Send it as UTF-8.") \
	X(HOSO_BAD_JSON, "bad_json", 400, HOSO_FINAL, "Nội dung không phải JSON hợp lệ.", "The body is not valid JSON.") \
	X(HOSO_DEEP_JSON, "deep_json", 400, HOSO_FINAL, "JSON lồng quá sâu.", "The JSON is nested too deeply.") \
	X(HOSO_TOO_LARGE, "too_large", 413, HOSO_FINAL, "Nội dung vượt giới hạn. Hãy gửi ít hơn mỗi lần.", "The body is over the limit. Send less at a time.") \
	X(HOSO_TOO_MANY, "too_many", 413, HOSO_FINAL, "Quá nhiều mục trong một lần gửi. Hãy chia nhỏ.", "Too many items in one request. Split it.") \
	X(HOSO_BAD_MEDIA, "bad_media", 415, HOSO_FINAL, "Địa chỉ này không nhận loại nội dung đó, hoặc nội dung bị nén.", "This address does not take that type of content, or it is compressed.") \
	X(HOSO_HEAD_TOO_LARGE, "head_too_large", 431, HOSO_FINAL, "Phần đầu yêu cầu quá lớn.", "The request head is too large.") \
	X(HOSO_REQUEST_TIMEOUT, "request_timeout", 408, HOSO_RETRY, "Yêu cầu đến quá chậm. Hãy gửi lại.", "The request came too slowly. Send it again.") \
	X(HOSO_NO_ROUTE, "no_route", 404, HOSO_FINAL, "Không có địa chỉ này.", "There is nothing at this address.") \
	X(HOSO_BAD_METHOD, "bad_method", 405, HOSO_FINAL, "Địa chỉ này không nhận phương thức đó.", "This address does not take that method.") \
	X(HOSO_NOT_FOUND, "not_found", 404, HOSO_FINAL, "Không tìm thấy. Hãy kiểm tra lại mã.", "Not found. Check the code.") \
	X(HOSO_BAD_CURSOR, "bad_cursor", 400, HOSO_FINAL, "Con trỏ trang không hợp lệ. Hãy tra lại từ đầu.", "The page cursor is not valid. Start the list again.") \
	/* members */ \
	X(HOSO_UNKNOWN_MEMBER, "unknown_member", 422, HOSO_FINAL, "Có trường không được biết.", "There is a member that is not known.") \
	X(HOSO_MISSING_MEMBER, "missing_member", 422, HOSO_FINAL, "Thiếu trường bắt buộc.", "A required member is missing.") \
	X(HOSO_BAD_MEMBER, "bad_member", 422, HOSO_FINAL, "Giá trị của trường không hợp lệ.", "The value of a member is not valid.") \
	X(HOSO_IMPORT_REFUSED, "import_refused", 422, HOSO_FINAL, "Tệp bị từ chối, không dòng nào được ghi. Hãy sửa các dòng được nêu rồi nhập lại.", "The file is refused, and no line of it was written. Mend the lines that are named, then import it again.") \
	X(HOSO_TOO_OFTEN, "too_often", 429, HOSO_RETRY, "Quá nhiều yêu cầu. Hãy đợi một lát rồi thử lại.", "Too many requests. Wait a moment, then try again.") \
	/* one scan */ \
	X(HOSO_BAD_EVENT_ID, "bad_event_id", 422, HOSO_FINAL, "event_id phải là UUIDv7.", "event_id must be a UUIDv7.") \
	X(HOSO_EVENT_TOO_OLD, "event_too_old", 422, HOSO_FINAL, "Lượt quét quá 60 ngày. Báo kiểm soát viên ghi lại.", "The scan is older than 60 days. Ask the supervisor to record it.") \
	X(HOSO_EVENT_IN_FUTURE, "event_in_future", 422, HOSO_FINAL, "Lượt quét ở tương lai. Hãy chỉnh lại đồng hồ máy.", "The scan lies in the future. Set the device's clock.") \
	X(HOSO_BAD_ITEM_CODE, "bad_item_code", 422, HOSO_FINAL, "Số hiệu bưu gửi không đúng dạng.", "The item code has no accepted shape.") \
	X(HOSO_BAD_CHECK_DIGIT, "bad_check_digit", 422, HOSO_FINAL, "Sai số kiểm tra của số hiệu bưu gửi. Hãy quét lại.", "The item code's check digit is wrong. Scan it again.") \
	X(HOSO_BAD_DOSSIER_CODE, "bad_dossier_code", 422, HOSO_FINAL, "Mã hồ sơ không đúng dạng.", "The dossier code has no accepted shape.") \
	X(HOSO_UNKNOWN_KIND, "unknown_kind", 422, HOSO_FINAL, "Loại sự kiện không được biết.", "The event kind is not known.") \
	X(HOSO_MISSING_DATA, "missing_data", 422, HOSO_FINAL, "Thiếu dữ liệu bắt buộc của sự kiện này.", "Data that this event requires is missing.") \
	X(HOSO_UNKNOWN_REASON, "unknown_reason", 422, HOSO_FINAL, "Mã lý do không được biết.", "The reason code is not known.") \
	X(HOSO_UNKNOWN_AGENCY, "unknown_agency", 422, HOSO_FINAL, "Không có cơ quan này trong danh mục.", "The agency is not in the catalogue.") \
	X(HOSO_UNKNOWN_PROCEDURE, "unknown_procedure", 422, HOSO_FINAL, "Không có thủ tục này trong danh mục nhận qua bưu chính.", "The procedure is not in the catalogue of those taken by post.") \
	X(HOSO_SUBMITTER_UNAUTHORISED, "submitter_unauthorised", 422, HOSO_FINAL, "Người nộp thay phải có giấy ủy quyền. Hãy nhập số, ngày của giấy ủy quyền.", "Who hands in for somebody else needs an authorisation paper. Give its number and date.") \
	X(HOSO_FEE_WITHOUT_RECEIPT, "fee_without_receipt", 422, HOSO_FINAL, "Đã thu phí, lệ phí thì phải có biên lai. Hãy nhập số biên lai, hoặc ghi phí bằng 0 nếu chưa thu.", "A fee that was taken needs a receipt. Give its number, or a fee of 0 when none was taken.") \
	X(HOSO_FEE_WITHOUT_PAYMENT, "fee_without_payment", 422, HOSO_FINAL, "Đã thu phí, lệ phí thì phải biết thu bằng cách nào. Hãy chọn tiền mặt, chuyển khoản hoặc trực tuyến.", "A fee that was taken needs its way of payment. Say cash, transfer or online.") \
	X(HOSO_TOO_MANY_PAPERS, "too_many_papers", 422, HOSO_FINAL, "Danh sách giấy tờ vượt giới hạn: tối đa 60 loại, mỗi loại 999 bản. Hãy gộp các dòng.", "The list of papers is over the limit: 60 kinds, 999 of each. Put lines together.") \
	X(HOSO_SEND_NOT_BY_POST, "send_not_by_post", 422, HOSO_FINAL, "Thủ tục này không nhận hồ sơ gửi qua bưu chính. Hãy hướng dẫn nộp tại Bộ phận Một cửa; nếu được trả kết quả qua bưu chính, chọn hình thức 2.", "The papers of this procedure may not be sent by post. Show the way to the one-stop unit, or take service 2 where results come by post.") \
	X(HOSO_RETURN_NOT_BY_POST, "return_not_by_post", 422, HOSO_FINAL, "Thủ tục này không trả kết quả qua bưu chính. Hãy chọn hình thức 1 (gửi hồ sơ); kết quả nhận tại Bộ phận Một cửa.", "The result of this procedure may not be returned by post. Take service 1; the result is fetched at the one-stop unit.") \
	X(HOSO_UNKNOWN_CONCESSION, "unknown_concession", 422, HOSO_FINAL, "Không có diện giảm cước này trong danh mục. Hãy chọn diện có trong danh mục, hoặc bỏ trống và thu đủ cước.", "The concession is not in the catalogue. Choose one that is, or none and take the whole postage.") \
	X(HOSO_KEY_REUSE, "key_reuse", 422, HOSO_FINAL, "event_id này đã dùng cho nội dung khác. Không ghi đè.", "This event_id was used with other content. Nothing was overwritten.") \
	X(HOSO_QUARANTINED, "quarantined", 422, HOSO_FINAL, "Không ghi được lượt quét này; đã giữ nguyên nội dung để kiểm soát viên xử lý.", "This scan could not be recorded; its content is kept for the supervisor.") \
	/* verdict reasons: the scan is recorded, and this says why it did not move the leg */ \
	X(HOSO_WRONG_ROLE, "wrong_role", 403, HOSO_FINAL, "Vai trò của bạn không được ghi sự kiện này.", "Your role may not record this event.") \
	X(HOSO_WRONG_STATE, "wrong_state", 409, HOSO_FINAL, "Bưu gửi đang ở trạng thái không nhận sự kiện này.", "The item's state does not take this event.") \
	X(HOSO_TOO_EARLY, "too_early", 409, HOSO_FINAL, "Chưa được chuyển hoàn: cần mời ít nhất 2 lần, cách nhau 2 ngày làm việc.", "It may not go back yet: two invitations, two working days apart, are required.") \
	X(HOSO_LEG_FULL, "leg_full", 409, HOSO_FINAL, "Bưu gửi có quá nhiều sự kiện. Báo kiểm soát viên.", "The item has too many events. Tell the supervisor.") \
	X(HOSO_CODE_TAKEN, "code_taken", 409, HOSO_FINAL, "Mã hồ sơ này đã gắn với hồ sơ khác.", "This dossier code belongs to another dossier.") \
	/* the dossier's own rules: a leg that may not open now, a step that may not be taken */ \
	X(HOSO_NOT_SUBMITTED, "not_submitted", 409, HOSO_FINAL, "Cơ quan chưa nhận hồ sơ này. Ghi bàn giao hồ sơ cho cơ quan trước.", "The agency does not have this dossier yet. Record its hand-over first.") \
	X(HOSO_ALREADY_SUBMITTED, "already_submitted", 409, HOSO_FINAL, "Hồ sơ đã nộp. Giấy tờ gửi thêm là hồ sơ bổ sung (supplement_in).", "The dossier is submitted. Further papers go as supplement_in.") \
	X(HOSO_SUPPLEMENT_NOT_ASKED, "supplement_not_asked", 409, HOSO_FINAL, "Cơ quan chưa yêu cầu bổ sung. Cơ quan hoặc kiểm soát viên ghi yêu cầu bổ sung trước.", "The agency has not asked for a supplement. It or a supervisor records that first.") \
	X(HOSO_SUPPLEMENT_OPEN, "supplement_open", 409, HOSO_FINAL, "Hồ sơ đang chờ bổ sung. Gửi giấy tờ bằng hồ sơ bổ sung (supplement_in).", "The dossier waits for a supplement. Send the papers as supplement_in.") \
	X(HOSO_SUPPLEMENT_ONCE, "supplement_once", 409, HOSO_FINAL, "Chỉ được yêu cầu bổ sung một lần, đầy đủ (NĐ 61/2018 Điều 19.4). Kiểm soát viên ghi lại kèm lý do.", "A supplement is asked for once, and completely (Decree 61/2018 Art. 19.4). A supervisor may record it and say why.") \
	X(HOSO_DUE_CHANGED_ONCE, "due_changed_once", 409, HOSO_FINAL, "Chỉ được hẹn lại ngày trả một lần (NĐ 61/2018 Điều 19.9). Kiểm soát viên ghi lại kèm lý do.", "The due date may be put off once (Decree 61/2018 Art. 19.9). A supervisor may record it and say why.") \
	X(HOSO_RESULT_IS_OUT, "result_is_out", 409, HOSO_FINAL, "Hồ sơ đã có kết quả. Nếu ghi sai, hủy bước báo kết quả trước.", "The dossier has its result already. If that is wrong, void that step first.") \
	X(HOSO_NO_RESULT, "no_result", 409, HOSO_FINAL, "Bưu điện chưa nhận kết quả của hồ sơ này. Chỉ thu hồi giấy tờ khi phát kết quả.", "The post does not have this dossier's result. Papers are reclaimed when a result is delivered.") \
	X(HOSO_DOSSIER_ENDED, "dossier_ended", 409, HOSO_FINAL, "Hồ sơ đã bị từ chối, rút hoặc đóng. Chỉ còn trả lại giấy tờ.", "The dossier was refused, withdrawn or closed. Only its papers go back.") \
	X(HOSO_DOSSIER_OPEN, "dossier_open", 409, HOSO_FINAL, "Hồ sơ còn chờ cơ quan hoặc còn chờ trả kết quả, chưa đóng được.", "The dossier still waits for the agency or for its result. It cannot be closed yet.") \
	X(HOSO_LEGS_OPEN, "legs_open", 409, HOSO_FINAL, "Còn bưu gửi chưa phát hoặc chưa hoàn. Kết thúc các bưu gửi trước khi đóng hồ sơ.", "An item is still under way. End it before the dossier is closed.") \
	X(HOSO_SAME_AGENCY, "same_agency", 409, HOSO_FINAL, "Chuyển liên thông cần cơ quan khác với cơ quan của hồ sơ (agency).", "Between agencies there must be another one than the dossier's own (agency).") \
	X(HOSO_DOSSIER_FULL, "dossier_full", 409, HOSO_FINAL, "Hồ sơ có quá nhiều bước. Báo kiểm soát viên.", "The dossier has too many steps. Tell the supervisor.") \
	X(HOSO_UNKNOWN_DOSSIER, "unknown_dossier", 404, HOSO_FINAL, "Bưu điện chưa có hồ sơ này. Gửi kèm procedure và receiver để lập hồ sơ chờ trả, hoặc kiểm tra lại mã.", "The post does not know this dossier. Send procedure and receiver with result_ready to have it made, or check the code.") \
	X(HOSO_BAD_SIGNATURE, "bad_signature", 401, HOSO_FINAL, "Chữ ký hoặc thời điểm ký của thông báo không đúng. Kiểm tra khóa và đồng hồ.", "The notice's signature or its time is wrong. Check the secret and the clock.") \
	X(HOSO_NOT_ACCEPTED, "not_accepted", 404, HOSO_FINAL, "Bưu gửi lạ: chưa có lượt chấp nhận. Đã ghi lại để kiểm soát viên xử lý.", "Unknown item: it was never accepted. Recorded for the supervisor.") \
	/* delivery to a citizen, and its failure: verdict reasons but where a member is named */ \
	X(HOSO_NO_AUTHORISATION, "no_authorisation", 422, HOSO_FINAL, "Người nhận thay phải có giấy ủy quyền. Hãy ghi số giấy ủy quyền.", "Whoever receives for somebody else needs an authorisation. Give its number.") \
	X(HOSO_COLLECT_DIFFERS, "collect_differs", 409, HOSO_FINAL, "Tiền đã thu khác tiền phải thu hộ. Hãy thu đủ, hoặc ghi chú vì sao khác.", "What was collected is not what is due. Collect it, or say why in a note.") \
	X(HOSO_RECLAIM_OPEN, "reclaim_open", 409, HOSO_FINAL, "Còn giấy tờ phải thu hồi chưa ghi đã thu hay bị mất. Hãy ghi rõ từng giấy tờ.", "There are papers to take back that are neither taken nor lost. Account for each.") \
	X(HOSO_PROOF_NEEDED, "proof_needed", 409, HOSO_FINAL, "Bưu cục yêu cầu chữ ký, ảnh hoặc mã PIN khi phát. Hãy ghi lại kèm một trong ba.", "The office asks for a signature, a photo or the PIN of each delivery. Record it with one of them.") \
	X(HOSO_PIN_NEEDED, "pin_needed", 409, HOSO_FINAL, "Bưu gửi này phát bằng mã PIN. Hãy hỏi người nhận mã PIN, hoặc báo kiểm soát viên.", "This item is delivered against a PIN. Ask the recipient for it, or tell the supervisor.") \
	X(HOSO_PIN_WRONG, "pin_wrong", 409, HOSO_FINAL, "Sai mã PIN. Hãy hỏi lại người nhận.", "The PIN is wrong. Ask the recipient again.") \
	X(HOSO_PIN_LOCKED, "pin_locked", 409, HOSO_FINAL, "Mã PIN đã khóa sau 5 lần sai. Giao dịch viên phải cấp mã mới.", "The PIN is locked after 5 wrong tries. A clerk must make a new one.") \
	X(HOSO_PIN_OFF, "pin_off", 409, HOSO_FINAL, "Máy chủ này không dùng mã PIN. Quản trị viên cần đặt office.pin_key_file.", "This server has no PINs. The operator must set office.pin_key_file.") \
	X(HOSO_REASON_UNINVITED, "reason_uninvited", 409, HOSO_FINAL, "Lý do A4 chỉ dùng sau ít nhất 2 lần mời, cách nhau 2 ngày làm việc.", "Reason A4 is for after two invitations, two working days apart.") \
	X(HOSO_REASON_AGENCY_ONLY, "reason_agency_only", 409, HOSO_FINAL, "Lý do B7, B8 chỉ dùng khi giao cho cơ quan.", "Reasons B7 and B8 are for items that go to an agency.") \
	X(HOSO_NEXT_ON_PAST, "next_on_past", 409, HOSO_FINAL, "Ngày hẹn đã qua. Hãy hẹn ngày khác.", "The day agreed on is over. Agree on another.") \
	X(HOSO_NEXT_ON_HOLIDAY, "next_on_holiday", 409, HOSO_FINAL, "Ngày hẹn phát lại không phải ngày làm việc. Hãy hẹn ngày khác.", "The day agreed on is no working day. Agree on another.") \
	X(HOSO_INVITED_EARLY, "invited_early", 409, HOSO_FINAL, "Hai lần mời phải cách nhau ít nhất 2 ngày làm việc. Hãy mời lại từ ngày được nêu.", "Invitations are at least two working days apart. Invite again from the day that is given.") \
	X(HOSO_RETURN_UNINVITED, "return_uninvited", 409, HOSO_FINAL, "Chưa được chuyển hoàn: chưa mời người nhận lần nào. Cần mời 2 lần, cách nhau 2 ngày làm việc.", "It may not go back yet: nobody was invited. Two invitations, two working days apart, are required.") \
	X(HOSO_RETURN_INVITED_ONCE, "return_invited_once", 409, HOSO_FINAL, "Chưa được chuyển hoàn: mới mời 1 lần. Hãy mời lần 2 từ ngày được nêu.", "It may not go back yet: there was one invitation. Invite once more from the day that is given.") \
	/* proofs */ \
	X(HOSO_PROOF_TYPE, "proof_type", 422, HOSO_FINAL, "Nội dung không phải ảnh PNG, JPEG hay WebP như đã khai.", "The content is not the PNG, JPEG or WebP picture that it is said to be.") \
	X(HOSO_PROOF_HASH, "proof_hash", 422, HOSO_FINAL, "Nội dung không khớp mã SHA-256. Đã bỏ; hãy gửi lại từ đầu.", "The content has another SHA-256. It was dropped; send it again from the start.") \
	X(HOSO_PROOF_OFFSET, "proof_offset", 409, HOSO_FINAL, "Phần này không nối tiếp phần đã có. Hãy hỏi HEAD rồi gửi tiếp từ đó.", "This part does not follow what is there. Ask with HEAD and go on from there.") \
	X(HOSO_PROOF_QUOTA, "proof_quota", 429, HOSO_RETRY, "Tài khoản đã gửi quá nhiều ảnh trong 24 giờ. Ảnh vẫn ở trên máy; hãy gửi lại sau.", "The account has sent too many proofs in 24 hours. They stay on the device; send them later.") \
	/* manifests and money */ \
	X(HOSO_WRONG_PLACE, "wrong_place", 409, HOSO_FINAL, "Bưu gửi này thuộc cơ quan khác. Hãy bỏ ra khỏi bảng kê.", "This item belongs to another agency. Take it off the manifest.") \
	X(HOSO_ON_OTHER_MANIFEST, "on_other_manifest", 409, HOSO_FINAL, "Bưu gửi đang ở một bảng kê khác chưa đóng. Hãy bỏ ra khỏi một trong hai.", "The item is on another open manifest. Take it off one of the two.") \
	X(HOSO_MANIFEST_CLOSED, "manifest_closed", 409, HOSO_FINAL, "Bảng kê đã đóng hoặc đã hủy, không sửa được nữa. Hãy lập bảng kê mới.", "The manifest is closed or cancelled and cannot be changed. Open a new one.") \
	X(HOSO_MANIFEST_CHANGED, "manifest_changed", 409, HOSO_FINAL, "Bảng kê đã thay đổi sau khi bạn xem. Hãy xem lại rồi ký.", "The manifest has changed since you saw it. Look again, then sign.") \
	X(HOSO_MANIFEST_FULL, "manifest_full", 409, HOSO_FINAL, "Bảng kê đã đầy (500 bưu gửi). Hãy chốt bảng kê này, rồi lập bảng kê mới cho phần còn lại.", "The manifest is full (500 items). Close it, then open another one for the rest.") \
	X(HOSO_NOT_CASHIER, "not_cashier", 403, HOSO_FINAL, "Chỉ giao dịch viên hoặc kiểm soát viên của bưu cục được nộp tiền từ quỹ cho cơ quan. Hãy nộp tiền vào quỹ, rồi nhờ họ lập bảng kê.", "Only a clerk or supervisor of the office may remit from its safe. Hand your cash in to the safe, then ask one of them.") \
	X(HOSO_RECEIPT_TAKEN, "receipt_taken", 409, HOSO_FINAL, "Số biên lai này đã dùng cho bưu gửi khác trong năm của bưu cục. Hãy kiểm tra lại số.", "This receipt number was used for another item of the office this year. Check the number.") \
	X(HOSO_OWN_HAND_IN, "own_hand_in", 403, HOSO_FINAL, "Không ai tự nhận tiền của mình vào quỹ. Hãy nhờ người khác của bưu cục nhận; bưu cục chỉ có một người thì nhờ kiểm soát viên của bưu cục cấp trên.", "Nobody receives their own cash into the safe. Ask somebody else of the office; where there is nobody else, a supervisor of the office above it.") \
	X(HOSO_NOT_HELD, "not_held", 409, HOSO_FINAL, "Số tiền nộp nhiều hơn số đang giữ. Hãy xem lại số đang giữ.", "More is handed in than is held. Look at what is held.") \
	X(HOSO_SAFE_SHORT, "safe_short", 409, HOSO_FINAL, "Quỹ bưu cục không đủ tiền cho bảng kê này. Hãy nhận tiền nộp vào quỹ trước, rồi đóng lại; hoặc bỏ bớt dòng.", "The office's safe has not enough for this list. Receive what is handed in first, then close it again; or take lines off.") \
	X(HOSO_DAY_CLOSED, "day_closed", 409, HOSO_FINAL, "Ngày này đã chốt sổ với số liệu khác. Không sửa được; hãy ghi vào ngày sau.", "This day was closed with other figures. It stays; record it on a later day.") \
	X(HOSO_UNEXPLAINED, "unexplained", 422, HOSO_FINAL, "Số đếm khác số sổ. Hãy ghi lý do chênh lệch.", "What was counted differs from what was reckoned. Say why.") \
	/* who */ \
	X(HOSO_UNAUTHORIZED, "unauthorized", 401, HOSO_FINAL, "Chưa đăng nhập hoặc phiên đã hết hạn. Hãy đăng nhập lại.", "Not signed in, or the session has ended. Sign in again.") \
	X(HOSO_BAD_LOGIN, "bad_login", 401, HOSO_FINAL, "Sai tài khoản hoặc mật khẩu.", "Wrong account or password.") \
	X(HOSO_TOO_MANY_LOGINS, "too_many_logins", 429, HOSO_RETRY, "Đăng nhập sai quá nhiều lần. Hãy đợi rồi thử lại.", "Too many failed sign-ins. Wait, then try again.") \
	X(HOSO_TOO_MANY_LOOKUPS, "too_many_lookups", 429, HOSO_RETRY, "Tra cứu quá nhiều lần. Hãy đợi rồi thử lại, hoặc hỏi bưu cục.", "Too many look-ups. Wait and try again, or ask at the post office.") \
	X(HOSO_NO_MATCH, "no_match", 404, HOSO_FINAL, "Không có hồ sơ nào khớp. Hãy kiểm tra mã và 4 số cuối điện thoại, hoặc dùng mã QR trên phiếu gửi; sai nhiều lần phải đợi.", "Nothing matches. Check the code and the last 4 digits of the phone, or use the QR code on the slip; after several mistakes you have to wait.") \
	X(HOSO_FORBIDDEN, "forbidden", 403, HOSO_FINAL, "Vai trò của bạn không được làm việc này.", "Your role may not do this.") \
	X(HOSO_CONFLICT, "conflict", 409, HOSO_FINAL, "Đã có người làm việc này trước. Hãy tải lại.", "Somebody was first. Load it again.") \
	X(HOSO_WEAK_PASSWORD, "weak_password", 422, HOSO_FINAL, "Mật khẩu phải từ 15 ký tự và không dễ đoán.", "The password must have 15 characters or more and not be easy to guess.") \
	/* reports */ \
	X(HOSO_PERIOD_OPEN, "period_open", 409, HOSO_FINAL, "Kỳ báo cáo chưa kết thúc nên chưa chốt được. Hãy đợi hết ngày cuối kỳ.", "The period is not over, so its report cannot be closed yet. Wait for the day after its last.") \
	/* visits */ \
	X(HOSO_SLOT_FULL, "slot_full", 409, HOSO_FINAL, "Khung giờ này đã kín. Hãy chọn một khung giờ còn trống kèm theo đây.", "This window is full. Choose one of the free windows that come with this answer.") \
	X(HOSO_VISIT_CLOSED, "visit_closed", 409, HOSO_FINAL, "Bưu cục không phục vụ hẹn giờ trong khung giờ này. Hãy chọn một khung giờ còn trống kèm theo đây.", "The office offers no visits in this window. Choose one of the free windows that come with this answer.") \
	X(HOSO_VISIT_MIDNIGHT, "visit_midnight", 422, HOSO_FINAL, "Khung giờ đi qua nửa đêm. Hãy chia thành hai lịch hẹn, mỗi ngày một lịch.", "The window spans midnight. Book two visits, one on each day.") \
	X(HOSO_VISIT_WINDOW, "visit_window", 422, HOSO_FINAL, "Khung giờ phải tròn phút, dài từ 15 phút đến 4 giờ, chưa qua, và không quá 60 ngày tới.", "A window has whole minutes, 15 minutes to 4 hours, is not over, and not more than 60 days away.") \
	X(HOSO_VISIT_STATE, "visit_state", 409, HOSO_FINAL, "Lịch hẹn đang ở trạng thái không nhận việc này. Hãy tải lại lịch hẹn.", "The visit's state does not take this. Load the visit again.") \
	X(HOSO_COURIER_BUSY, "courier_busy", 409, HOSO_FINAL, "Bưu tá đã có lịch hẹn khác trong khung giờ này. Hãy chọn bưu tá khác, hoặc đổi giờ.", "The courier has another visit in this window. Choose another courier, or move the visit.") \
	X(HOSO_BAD_COURIER, "bad_courier", 422, HOSO_FINAL, "Không có bưu tá này ở bưu cục của lịch hẹn, hoặc tài khoản đã bị khóa. Hãy chọn bưu tá khác.", "There is no such courier in the visit's office, or the account is disabled. Choose another courier.") \
	/* for now */ \
	X(HOSO_BUSY, "busy", 503, HOSO_RETRY, "Hệ thống đang bận. Lượt quét vẫn ở trên máy; hãy gửi lại.", "The system is busy. The scan stays on the device; send it again.") \
	X(HOSO_OUTCOME_UNKNOWN, "outcome_unknown", 503, HOSO_RETRY, "Chưa biết đã ghi hay chưa. Hãy gửi lại, hệ thống không ghi trùng.", "Whether it was recorded is not known yet. Send it again; it will not be doubled.") \
	X(HOSO_DATABASE_DOWN, "database_down", 503, HOSO_RETRY, "Cơ sở dữ liệu chưa sẵn sàng. Hãy gửi lại.", "The database is not available. Send it again.") \
	X(HOSO_WRONG_SCHEMA, "wrong_schema", 503, HOSO_RETRY, "Phiên bản lược đồ cơ sở dữ liệu không khớp. Quản trị viên cần chạy hosod migrate.", "The database schema is of another version. The operator must run hosod migrate.") \
	X(HOSO_NOT_DURABLE, "not_durable", 503, HOSO_RETRY, "Cơ sở dữ liệu không ở chế độ ghi bền vững.", "The database is not set to keep what it acknowledges.") \
	X(HOSO_WRONG_DATABASE_ROLE, "wrong_database_role", 503, HOSO_RETRY, "Vai trò cơ sở dữ liệu của hosod không đúng quyền.", "hosod's database role has not the right rights.") \
	X(HOSO_STOPPING, "stopping", 503, HOSO_RETRY, "Hệ thống đang khởi động lại. Hãy gửi lại.", "The system is restarting. Send it again.") \
	X(HOSO_INTERNAL, "internal", 500, HOSO_RETRY, "Lỗi nội bộ. Hãy thử lại và báo quản trị viên.", "Internal error. Try again and tell the operator.") \
	X(HOSO_CANCELED, "canceled", 503, HOSO_RETRY, "Yêu cầu đã bị hủy.", "The request was canceled.") \
	/* the portal's answers */ \
	X(HOSO_PORTAL_LATER, "portal_later", 502, HOSO_RETRY, "Cổng tạm thời không nhận. Sẽ gửi lại.", "The portal does not take it for now. It is sent again later.") \
	X(HOSO_PORTAL_NEVER, "portal_never", 502, HOSO_FINAL, "Cổng từ chối. Cần kiểm soát viên xử lý.", "The portal refused it. A supervisor must act.") \
	X(HOSO_PORTAL_UNKNOWN, "portal_unknown", 502, HOSO_RETRY, "Không rõ cổng đã nhận chưa. Sẽ hỏi lại trước khi gửi.", "Whether the portal took it is not known. It is asked before sending again.") \
	X(HOSO_PORTAL_PAUSED, "portal_paused", 502, HOSO_RETRY, "Đường tới cổng đang đóng (xác thực, chứng thư hoặc cấu hình).", "The road to the portal is closed (credentials, certificate or settings).") \
	/* local programs */ \
	X(HOSO_BAD_CONFIG, "bad_config", 500, HOSO_FINAL, "Cấu hình không hợp lệ.", "The configuration is not valid.") \
	X(HOSO_FILE, "file", 500, HOSO_FINAL, "Không đọc hoặc ghi được tệp.", "A file could not be read or written.") \
	X(HOSO_BAD_PICTURE, "bad_picture", 422, HOSO_FINAL, "Không đọc được ảnh.", "The picture could not be read.") \
	X(HOSO_NO_CODE, "no_code", 422, HOSO_FINAL, "Không thấy mã vạch nào trong ảnh. Hãy chụp gần, thẳng và đủ sáng.", "No barcode was found. Take the picture closer, straight and in good light.") \
	X(HOSO_NETWORK, "network", 503, HOSO_RETRY, "Không kết nối được máy chủ. Lượt quét vẫn được giữ trên máy.", "The server cannot be reached. The scans stay on this device.")
/* clang-format on */

enum hoso_error {
#define X(name, wire, http, retry, vi, en) name,
	HOSO_ERRORS(X)
#undef X
		HOSO_ERROR_COUNT
};

enum hoso_language { HOSO_VI, HOSO_EN };

/** error_wire() - the stable token of @error; never NULL. */
const char *error_wire(enum hoso_error error);

/** error_http() - the HTTP status that carries @error. */
int error_http(enum hoso_error error);

/** error_may_retry() - 1 if the same request may be sent again unchanged, else 0. */
int error_may_retry(enum hoso_error error);

/** error_text() - one sentence that says what is wrong and what to do. */
const char *error_text(enum hoso_error error, enum hoso_language language);

/** error_from_wire() - the error of a token; HOSO_INTERNAL for a token that is not in the table. */
enum hoso_error error_from_wire(const char *wire);

#endif
