#ifndef HOSO_API_PUBLIC_WORDS_H
#define HOSO_API_PUBLIC_WORDS_H

#include <hoso/error.h>

/*
 * What the public pages say. For citizens, who know neither this system nor its words: every sentence about something
 * that went wrong ends with what to do. Name, Vietnamese, English.
 */
/* clang-format off */
#define PUBLIC_WORDS(X) \
	X(PUBLIC_TITLE, "Tra cứu hồ sơ gửi qua bưu điện", "Where is my dossier?") \
	X(PUBLIC_WAY_LOOKUP, "Tra cứu", "Look-up") \
	X(PUBLIC_WAY_PROCEDURES, "Thủ tục", "Procedures") \
	X(PUBLIC_WAY_OFFICES, "Bưu cục", "Post offices") \
	X(PUBLIC_OTHER_LANGUAGE, "English", "Tiếng Việt") \
	X(PUBLIC_INTRODUCTION, "Nhập mã và một trong hai: 4 số cuối điện thoại, hoặc mã tra cứu in trên phiếu gửi.", "Enter the code and one of the two: the last 4 digits of the phone, or the look-up code that is printed on the slip.") \
	X(PUBLIC_CODE, "Mã bưu gửi hoặc mã hồ sơ", "Code of the item or of the dossier") \
	X(PUBLIC_CODE_HINT, "Trên phiếu gửi hoặc giấy hẹn, ví dụ RR123456785VN. Nếu đã quét mã QR trên phiếu gửi, dán nguyên vào đây, không cần điền gì thêm.", "On the slip or on the agency's receipt, such as RR123456785VN. What the slip's QR code says may be pasted here whole; then nothing else is needed.") \
	X(PUBLIC_PHONE, "4 số cuối điện thoại", "Last 4 digits of the phone") \
	X(PUBLIC_PHONE_HINT, "Điện thoại của người gửi hoặc người nhận ghi trên phiếu gửi.", "The sender's or the receiver's phone, as the slip has it.") \
	X(PUBLIC_TOKEN, "hoặc mã tra cứu trên phiếu gửi", "or the slip's look-up code") \
	X(PUBLIC_TOKEN_HINT, "26 chữ và số, in cạnh mã QR.", "26 letters and digits, printed beside the QR code.") \
	X(PUBLIC_ASK, "Tra cứu", "Look up") \
	X(PUBLIC_PRIVACY, "Trang này không hiện họ tên, điện thoại, địa chỉ của ai.", "This page shows nobody's name, phone or address.") \
	X(PUBLIC_HELP, "Không có phiếu gửi? Hãy hỏi bưu cục đã nhận hồ sơ.", "No slip? Ask the post office that took in the dossier.") \
	X(PUBLIC_PROBLEM, "Chưa tra cứu được", "That did not work") \
	X(PUBLIC_FOUND, "Hồ sơ", "Dossier") \
	X(PUBLIC_NOW, "Hiện nay", "Now") \
	X(PUBLIC_NEXT, "Tiếp theo", "What next?") \
	X(PUBLIC_STEPS, "Đã qua các bước", "So far") \
	X(PUBLIC_NO_TIME, "chưa rõ lúc nào", "time not known") \
	X(PUBLIC_NOT_YET, "Bưu điện chưa nhận hồ sơ này", "The post has not taken it in yet") \
	X(PUBLIC_AGAIN, "Tra cứu mã khác", "Look up another code") \
	X(PUBLIC_NO_CODE, "Hãy nhập mã bưu gửi hoặc mã hồ sơ.", "Enter the code of the item or of the dossier.") \
	X(PUBLIC_BAD_CODE, "Mã này không đúng dạng. Mã bưu gửi có 13 ký tự như RR123456785VN; mã hồ sơ ghi trên giấy hẹn của cơ quan. Hãy xem lại và nhập lại.", "That is not how a code looks. An item's has 13 characters, as RR123456785VN; a dossier's is on the agency's receipt. Look again and enter it again.") \
	X(PUBLIC_BAD_CHECK, "Mã bưu gửi này có một chỗ sai: số kiểm tra không khớp. Hãy so từng ký tự với phiếu gửi rồi nhập lại.", "One character of this code is wrong: its check digit does not fit. Compare it with the slip and enter it again.") \
	X(PUBLIC_NO_PROOF, "Hãy nhập thêm 4 số cuối điện thoại, hoặc mã tra cứu trên phiếu gửi.", "Enter the last 4 digits of the phone, too, or the slip's look-up code.") \
	X(PUBLIC_BAD_PHONE, "Hãy nhập đúng 4 chữ số cuối của số điện thoại, ví dụ 5678.", "Enter exactly the last 4 digits of the phone, such as 5678.") \
	X(PUBLIC_BAD_TOKEN, "Hãy chỉ điền một trong hai: 4 số cuối điện thoại, hoặc mã tra cứu gồm 26 chữ và số trên phiếu gửi.", "Fill in only one of the two: the last 4 digits of the phone, or the slip's look-up code of 26 letters and digits.") \
	X(PUBLIC_NO_MATCH, "Không có hồ sơ nào khớp. Hãy kiểm tra mã và 4 số cuối điện thoại, hoặc dùng mã QR trên phiếu gửi. Sai nhiều lần phải đợi. Vẫn không được, hãy hỏi bưu cục.", "Nothing matches. Check the code and the last 4 digits of the phone, or use the slip's QR code. After several mistakes you have to wait. If it still fails, ask at the post office.") \
	X(PUBLIC_TOO_OFTEN, "Đã tra cứu quá nhiều lần từ mạng này. Hãy hỏi bưu cục, hoặc thử lại sau", "Too many look-ups from this network. Ask at the post office, or try again in") \
	X(PUBLIC_MINUTES, "phút.", "minutes.") \
	X(PUBLIC_NO_DATABASE, "Cơ sở dữ liệu tạm thời không truy cập được. Hồ sơ của bạn không bị ảnh hưởng. Hãy thử lại sau vài phút; nếu gấp, hãy hỏi bưu cục.", "The database cannot be reached for the moment. Nothing happens to your dossier. Try again in a few minutes; if it is urgent, ask at the post office.") \
	X(PUBLIC_BUSY, "Hệ thống đang bận. Hồ sơ của bạn không bị ảnh hưởng. Hãy thử lại sau vài phút.", "The system is busy. Nothing happens to your dossier. Try again in a few minutes.") \
	X(PUBLIC_STOPPING, "Hệ thống đang khởi động lại. Hãy thử lại sau một phút.", "The system is restarting. Try again in a minute.") \
	X(PUBLIC_BROKEN, "Hệ thống gặp lỗi. Hãy thử lại; vẫn không được, hãy hỏi bưu cục.", "Something broke. Try again; if it still fails, ask at the post office.") \
	X(PUBLIC_BAD_FORM, "Không đọc được điều đã gửi. Hãy điền vào mẫu dưới đây và gửi lại.", "What was sent could not be read. Fill in the form below and send it again.") \
	X(PUBLIC_PROCEDURES, "Thủ tục gửi qua bưu điện", "Procedures by post") \
	X(PUBLIC_PROCEDURES_HINT, "Tên hoặc mã thủ tục, có dấu hay không dấu đều được.", "Name or code of the procedure, with or without marks.") \
	X(PUBLIC_OFFICES, "Bưu cục nhận hồ sơ", "Post offices that take in dossiers") \
	X(PUBLIC_OFFICES_HINT, "Tên bưu cục, xã, phường hoặc đường, có dấu hay không dấu đều được.", "Name of the office, the commune or the street, with or without marks.") \
	X(PUBLIC_SEARCH, "Tìm", "Search for") \
	X(PUBLIC_SHOW, "Tìm", "Search") \
	X(PUBLIC_MORE, "Xem tiếp", "More") \
	X(PUBLIC_NOTHING, "Không tìm thấy. Hãy thử ít chữ hơn hoặc chữ khác, hoặc hỏi bưu cục.", "Nothing found. Try fewer or other words, or ask at the post office.") \
	X(PUBLIC_CODE_OF, "Mã", "Code") \
	X(PUBLIC_FIELD, "Lĩnh vực", "Field") \
	X(PUBLIC_SEND, "Gửi hồ sơ qua bưu điện", "Dossier sent by post") \
	X(PUBLIC_RETURN, "Nhận kết quả qua bưu điện", "Result returned by post") \
	X(PUBLIC_YES, "có", "yes") \
	X(PUBLIC_NO, "không, phải đến cơ quan", "no, go to the agency") \
	X(PUBLIC_DAYS, "Cơ quan giải quyết trong", "The agency decides within") \
	X(PUBLIC_WORKDAYS, "ngày làm việc", "working days") \
	X(PUBLIC_FEES, "Phí, lệ phí", "Fees") \
	X(PUBLIC_PAPERS, "Giấy tờ cần nộp", "Papers to hand in") \
	X(PUBLIC_ORIGINAL, "bản chính", "original") \
	X(PUBLIC_CERTIFIED, "bản chứng thực", "certified copy") \
	X(PUBLIC_COPY, "bản sao", "copy") \
	X(PUBLIC_IF_ANY, "nếu có", "if there is one") \
	X(PUBLIC_ADDRESS, "Địa chỉ", "Address") \
	X(PUBLIC_TELEPHONE, "Điện thoại", "Phone") \
	X(PUBLIC_HOURS, "Giờ mở cửa", "Opening hours") \
	X(PUBLIC_LIST_TOO_OFTEN, "Quá nhiều lượt xem từ mạng này. Hãy đợi một phút rồi thử lại.", "Too many requests from this network. Wait a minute and try again.") \
	X(PUBLIC_LIST_AWAY, "Tạm thời chưa xem được danh sách này. Hãy thử lại sau vài phút, hoặc hỏi bưu cục.", "This list cannot be shown for the moment. Try again in a few minutes, or ask at the post office.") \
	X(PUBLIC_LIST_CHANGED, "Danh sách vừa thay đổi. Hãy tìm lại từ đầu.", "The list has just changed. Search again from its beginning.") \
	X(PUBLIC_LIST_BAD, "Không đọc được điều cần tìm. Hãy nhập lại, ngắn hơn.", "What is searched for could not be read. Enter it again, and shorter.") \
	X(PUBLIC_ELSEWHERE, "Yêu cầu này đến từ một trang khác. Hãy điền vào mẫu dưới đây.", "This request came from another site. Fill in the form below.")
/* clang-format on */

enum public_word {
#define X(name, vi, en) name,
	PUBLIC_WORDS(X)
#undef X
		PUBLIC_WORD_COUNT
};

const char *public_words(enum public_word word, enum hoso_language language);

/** public_words_of() - what a citizen is told of @error, which is about @member of the form; NULL when about no one. Pure. */
enum public_word public_words_of(enum hoso_error error, const char *member);

#endif
