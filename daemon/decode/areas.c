#include "decode/areas.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "decode/retouch.h"
#include "decode/straighten.h"
#include "decode/trim.h"
#include "decode/unfold.h"
#include "decode/view.h"

#define STRIP_LONG 1600 /* pixels; above, columns are enough as they are */
#define STRIP_ROWS 10
#define STRIP_ROW_PIXELS_MAX 12 /* a higher row may be half beside the bars */
#define STRIP_MARGIN 16         /* pixels; and a share for quiet zones */
#define STRIP_MARGIN_SHARE 0.06
#define STRIP_WEIGHT_MAX 4
#define STRIP_WINDOW 121 /* columns; some bars */
#define COMPARED_ROWS 5
#define COMPARED_AREAS_MAX 3
#define COMPARED_PROMISE 0.11F /* mean cost; dearer ones are no code */
#define COMPARED_COST_MAX 0.07F
#define COMPARED_SHORT 10 /* letters of the text; a shorter one fits something sooner */
#define COMPARED_SHORT_COST_MAX 0.045F
#define COMPARED_WORST_MAX 0.19F
#define COMPARED_LEAD_MIN 0.1F /* and for what it costs, so many times more */
#define COMPARED_LEAD_TIMES 1.5F
#define UNFOLDED_EDGES_MIN 20
#define QUIET_TIMES 4 /* of the mean bar or space */
#define UNFOLDED_COST_MAX 0.03F
#define UNFOLDED_WORST_MAX 0.1F
#define UNFOLDED_LEAD_MIN 0.025F
#define UNFOLDED_LEAD_TIMES 1.3F
#define SURROUND_PIXELS 8
#define SAME_PIXELS 16.0 /* between the middles */
#define SAME_ANGLE 0.06  /* radians */
#define SAME_SHARE 0.15
#define CROP_PIXELS (700 * 700)
#define PATCH_PIXELS (200 * 200) /* a patch is doubled until it is larger */
#define PATCH_SHARPEN 13         /* pixels */
#define UNEXPLAINED_SHARE 0.25   /* of the strongest area's weight; fainter ones may be anything */

static const struct scan_way only_rows = {.bars = true, .rows_only = true, .density = 1};
static const struct scan_way only_qr = {.qr = true, .density = 1};

static bool is_same_area(const struct stripes *a, const struct stripes *b)
{
	return hypot(a->x - b->x, a->y - b->y) < SAME_PIXELS &&
	       fabs(remainder(a->angle - b->angle, G_PI)) < SAME_ANGLE &&
	       fabs(a->across - b->across) < SAME_SHARE * a->across &&
	       fabs(a->along - b->along) < SAME_SHARE * a->along;
}

/* Of @count areas as they were found: parts of the same bars are the same once they are straightened. */
static void keep_apart(struct areas *areas, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct stripes stripes = areas->stripes[i];
		bool is_there = false;
		stripes.x *= areas->scale;
		stripes.y *= areas->scale;
		stripes.across *= areas->scale;
		stripes.along *= areas->scale;
		trim(areas->picture, &stripes);
		straighten(areas->picture, &stripes);
		for (unsigned j = 0; j < areas->stripes_count && !is_there; j++) {
			is_there = is_same_area(&areas->stripes[j], &stripes);
		}
		if (!is_there) {
			areas->stripes[areas->stripes_count++] = stripes;
		}
	}
}

void areas_find(struct areas *areas, const struct grey *work, const struct grey *picture)
{
	struct field field;

	*areas = (struct areas){
		.picture = picture,
		.work = work,
		.scale = (double)picture->width / work->width,
		.deadline_ms = INT64_MAX,
		.has_finders = true,
	};
	if (!field_init(&field, work)) {
		return;
	}
	areas->patches_count = patches_find(&field, work, areas->patches);
	keep_apart(areas, stripes_find(&field, areas->stripes));
	field_done(&field);
}

bool areas_are_late(const struct areas *areas)
{
	return clock_cpu_ms() >= areas->deadline_ms;
}

static struct view view_of_stripes(
	const struct areas *areas, const struct stripes *stripes, unsigned rows_max, bool more)
{
	double zoom = stripes->across < STRIP_LONG ? 2 : 1;
	double margin = STRIP_MARGIN + stripes->across * STRIP_MARGIN_SHARE;
	double least = stripes->along / STRIP_ROW_PIXELS_MAX;
	unsigned rows =
		(unsigned)CLAMP(stripes->along / 2, 1, more ? fmax(rows_max, least) : rows_max);
	double height = stripes->along / rows;
	double c = cos(stripes->angle), s = sin(stripes->angle);
	double u = -stripes->across / 2 - margin;
	double v = stripes->slope * u - stripes->along / 2;

	return (struct view){
		.grey = stripes_strip(areas->picture, stripes, rows, zoom, margin),
		.x = stripes->x + u * c - v * s,
		.y = stripes->y + u * s + v * c,
		.ux = (c - stripes->slope * s) / zoom,
		.uy = (s + stripes->slope * c) / zoom,
		.vx = -s * height,
		.vy = c * height,
		.weight = (unsigned)CLAMP(height / 2, 1, STRIP_WEIGHT_MAX),
		.way = only_rows,
	};
}

/* Light on dark has dark beside it, too: the outermost columns, and rows, of the parts cut out here. */
static bool is_light_on_dark(const struct grey *grey, bool has_rows_beside)
{
	uint64_t inner = 0, outer = 0, outer_count = 0;

	for (unsigned y = 0; y < grey->height; y++) {
		bool is_beside = has_rows_beside &&
				 (y < SURROUND_PIXELS || y + SURROUND_PIXELS >= grey->height);
		for (unsigned x = 0; x < grey->width; x++) {
			unsigned value = grey_row(grey, y)[x];
			if (is_beside || x < SURROUND_PIXELS ||
				x + SURROUND_PIXELS >= grey->width) {
				outer += value;
				outer_count++;
			} else {
				inner += value;
			}
		}
	}
	return outer_count < grey_area(grey) &&
	       outer * (grey_area(grey) - outer_count) < inner * outer_count;
}

static void change(struct grey *grey, struct grey changed)
{
	grey_done(grey);
	*grey = changed;
}

bool areas_scan_strips(const struct areas *areas, struct finds *finds, enum strip_look look)
{
	static const unsigned windows[] = {[STRIP_SHARP] = 9, [STRIP_SHARPER] = 15};
	bool is_first = look == STRIP_PLAIN; /* it is always made */

	for (unsigned i = 0; i < areas->stripes_count && (is_first || !areas_are_late(areas));
		i++) {
		struct view view = view_of_stripes(areas, &areas->stripes[i], STRIP_ROWS, true);
		if (look == STRIP_INVERTED) {
			if (!is_light_on_dark(&view.grey, false)) {
				grey_done(&view.grey);
				continue;
			}
			change(&view.grey, retouch_invert(&view.grey));
		} else if (look == STRIP_BLACK) {
			change(&view.grey, retouch_threshold(&view.grey, STRIP_WINDOW));
		} else if (look != STRIP_PLAIN) {
			change(&view.grey, retouch_sharpen_rows(&view.grey, windows[look]));
		}
		view_scan(&view, areas->picture, finds);
	}
	return areas->stripes_count > 0;
}

/* What a line that was read by comparison is worth, in lines that ZBar has read: two agreeing ones
 * make it believed, of EAN three, of ITF without a check digit five. */
static unsigned worth_of(enum symbology symbology)
{
	return symbology == SYMBOLOGY_EAN_13 || symbology == SYMBOLOGY_ITF ? 4 : 1;
}

/* As close as reads of real codes are: found on labels whose text is known. Cut at the wrong places, a
 * line still looks like something, but then a letter is far off, or another word is as close. */
static bool is_close(const struct bars_read *read)
{
	float cost_max =
		read->length < COMPARED_SHORT ? COMPARED_SHORT_COST_MAX : COMPARED_COST_MAX;

	return read->cost <= cost_max && read->worst <= COMPARED_WORST_MAX &&
	       read->lead >= COMPARED_LEAD_MIN + read->cost * COMPARED_LEAD_TIMES;
}

static void keep_compared(const struct areas *areas, struct finds *finds, const struct view *view,
	unsigned row, const struct bars_read *read)
{
	const double box[4] = {read->from, row, read->to, row};
	struct barcode barcode = {
		.symbology = read->symbology,
		.quality = worth_of(read->symbology),
		.is_gs1 = read->is_gs1,
		.length = read->length,
	};

	struct place place = view_bars(view, box, false, read->length);
	struct evidence evidence = {1, true, &place};

	if (read->is_foreign) {
		finds_veto(finds, &place);
	} else {
		memcpy(barcode.text, read->text, read->length);
		view_place(view, areas->picture, box, &barcode);
		finds_add(finds, &barcode, &evidence);
	}
}

/* The middle rows first; an area whose two middle rows look like no code is left. */
static void compare_area(const struct areas *areas, const struct bars *bars, struct finds *finds,
	const struct stripes *stripes, unsigned rows)
{
	static const unsigned order[COMPARED_ROWS] = {2, 1, 3, 0, 4};
	struct view view = view_of_stripes(areas, stripes, COMPARED_ROWS, false);
	float best = 2;

	for (unsigned i = 0; i < rows && (i < 2 || best <= COMPARED_PROMISE); i++) {
		struct bars_read reads[BARS_READS_MAX];
		unsigned row = MIN(order[i], view.grey.height - 1);
		unsigned count;
		if (order[i] >= view.grey.height) {
			continue;
		}
		finds_begin_attempt(finds);
		count = bars_read_line(bars, grey_row(&view.grey, row), view.grey.width, reads);
		for (unsigned j = 0; j < count; j++) {
			best = MIN(best, reads[j].cost);
			if (is_close(&reads[j])) {
				keep_compared(areas, finds, &view, row, &reads[j]);
			}
		}
		if (finds_cover(finds, stripes->x, stripes->y) &&
			!finds_doubt(finds, stripes->x, stripes->y)) {
			break;
		}
	}
	grey_done(&view.grey);
}

bool areas_compare(const struct areas *areas, const struct bars *bars, struct finds *finds)
{
	float least = (float)(finds_any(finds) ? areas->stripes[0].weight * UNEXPLAINED_SHARE : 0);

	for (unsigned i = 0; i < MIN(areas->stripes_count, COMPARED_AREAS_MAX); i++) {
		if (!areas_are_late(areas) && areas->stripes[i].weight >= least &&
			!finds_cover(finds, areas->stripes[i].x, areas->stripes[i].y)) {
			compare_area(areas, bars, finds, &areas->stripes[i], COMPARED_ROWS);
		}
	}
	return areas->stripes_count > 0;
}

/* Where the edges' own picture lies: one row, as high as the stripes. */
static struct view view_of_edges(const struct stripes *stripes)
{
	double c = cos(stripes->angle), s = sin(stripes->angle);

	return (struct view){
		.x = stripes->x + stripes->along / 2 * s,
		.y = stripes->y - stripes->along / 2 * c,
		.ux = c - stripes->slope * s,
		.uy = s + stripes->slope * c,
		.vx = -s * stripes->along,
		.vy = c * stripes->along,
		.way = only_rows,
	};
}

/* As close as reads of folded labels are whose text is known: 0.008 to 0.025, and the next word 0.03 away and more; of those
 * that were read wrongly the next word was never 0.012 away. */
static bool is_close_by_edges(const struct bars_read *read)
{
	return read->cost <= UNFOLDED_COST_MAX && read->worst <= UNFOLDED_WORST_MAX &&
	       read->lead >= UNFOLDED_LEAD_MIN && read->lead >= read->cost * UNFOLDED_LEAD_TIMES;
}

static bool is_inside(const struct grey *picture, const struct view *view, double u)
{
	double x = view->x + u * view->ux + view->vx / 2, y = view->y + u * view->uy + view->vy / 2;

	return grey_holds(picture, x, y);
}

/* Is it light beside both ends, as far as the picture goes: what lies outside of it may be more bars. */
static bool is_quiet_beside(const struct areas *areas, const struct view *view,
	const struct unfolded *unfolded, unsigned row, unsigned from, unsigned edges)
{
	const float *at = unfolded->at[row];
	unsigned last = from + edges - 1;
	double quiet = QUIET_TIMES * (at[last] - at[from]) / (edges - 1.0);
	double before = from > 0 ? at[from - 1] : unfolded->from,
	       after = last + 1 < unfolded->count ? at[last + 1] : unfolded->to;

	return at[from] - before >= quiet && after - at[last] >= quiet &&
	       is_inside(areas->picture, view, at[from] - quiet) &&
	       is_inside(areas->picture, view, at[last] + quiet);
}

/* Up to the next quiet zone; returns how many edges. */
static unsigned edges_of_code(const float *at, unsigned count)
{
	unsigned edges = 2;

	/* A light run that is several times the mean of what was before is none between bars. */
	while (edges + 1 < count &&
		(edges < UNFOLDED_EDGES_MIN ||
			at[edges] - at[edges - 1] <
				QUIET_TIMES * (at[edges - 1] - at[0]) / (float)(edges - 1))) {
		edges += 2;
	}
	return MIN(edges, count);
}

static void read_unfolded(const struct areas *areas, const struct bars *bars, struct finds *finds,
	const struct stripes *stripes, const struct unfolded *unfolded)
{
	struct view view = view_of_edges(stripes);

	for (unsigned row = 0; row < UNFOLD_ROWS; row++) {
		finds_begin_attempt(finds);
		for (unsigned from = unfolded->begins_dark ? 0 : 1; from + 1 < unfolded->count;) {
			struct bars_read reads[BARS_READS_MAX];
			unsigned edges =
				edges_of_code(&unfolded->at[row][from], unfolded->count - from);
			unsigned count =
				edges >= UNFOLDED_EDGES_MIN && is_quiet_beside(areas, &view,
								       unfolded, row, from, edges)
					? bars_read_edges(
						  bars, &unfolded->at[row][from], edges, reads)
					: 0;
			for (unsigned i = 0; i < count; i++) {
				if (is_close_by_edges(&reads[i])) {
					keep_compared(areas, finds, &view, 0, &reads[i]);
				}
			}
			from += edges;
		}
	}
}

bool areas_scan_unfolded(const struct areas *areas, const struct bars *bars, struct finds *finds)
{
	for (unsigned i = 0; i < MIN(areas->stripes_count, COMPARED_AREAS_MAX); i++) {
		if (!areas_are_late(areas) &&
			!finds_cover(finds, areas->stripes[i].x, areas->stripes[i].y)) {
			struct unfolded unfolded;
			if (unfold(areas->picture, &areas->stripes[i], &unfolded)) {
				read_unfolded(areas, bars, finds, &areas->stripes[i], &unfolded);
			}
		}
	}
	return areas->stripes_count > 0;
}

void areas_doubt(struct areas *areas, const struct bars *bars, struct finds *finds)
{
	for (unsigned i = 0; i < MIN(areas->stripes_count, COMPARED_AREAS_MAX); i++) {
		if (!areas->is_doubted[i] &&
			finds_doubt(finds, areas->stripes[i].x, areas->stripes[i].y)) {
			areas->is_doubted[i] = true;
			compare_area(areas, bars, finds, &areas->stripes[i], 1);
		}
	}
}

bool areas_cover_patch(
	const struct areas *areas, const struct finds *finds, const struct patch *patch)
{
	return finds_cover(finds, (patch->x + patch->width / 2.0) * areas->scale,
		(patch->y + patch->height / 2.0) * areas->scale);
}

bool areas_are_explained(const struct areas *areas, const struct finds *finds, bool with_patches)
{
	for (unsigned i = 0; i < areas->stripes_count; i++) {
		const struct stripes *stripes = &areas->stripes[i];
		if (stripes->weight >= areas->stripes[0].weight * UNEXPLAINED_SHARE &&
			!finds_cover(finds, stripes->x, stripes->y)) {
			return false;
		}
	}
	for (unsigned i = 0; i < areas->patches_count && with_patches; i++) {
		if (!areas_cover_patch(areas, finds, &areas->patches[i])) {
			return false;
		}
	}
	return true;
}

struct grey areas_enlarge(const struct areas *areas, const struct patch *patch, size_t pixels)
{
	double scale = patch->width * areas->scale * patch->height * areas->scale <= CROP_PIXELS
			       ? areas->scale
			       : 1;
	const struct grey *from = scale > 1 ? areas->picture : areas->work;
	unsigned x = MIN((unsigned)(patch->x * scale), from->width - 1);
	unsigned y = MIN((unsigned)(patch->y * scale), from->height - 1);
	unsigned width = MIN((unsigned)(patch->width * scale), from->width - x);
	unsigned height = MIN((unsigned)(patch->height * scale), from->height - y);
	struct grey large = retouch_crop(from, x, y, width, height);

	for (unsigned i = 0; i < 2 && grey_area(&large) <= pixels; i++) {
		change(&large, retouch_double(&large));
	}
	return large;
}

static void scan_patch(
	const struct areas *areas, struct finds *finds, const struct patch *patch, bool invert)
{
	struct grey grey = areas_enlarge(areas, patch, PATCH_PIXELS);
	double scale = areas->scale * patch->width / grey.width;
	struct view view = {
		.x = patch->x * areas->scale,
		.y = patch->y * areas->scale,
		.ux = scale,
		.vy = scale,
		.weight = 1,
		.way = only_qr,
	};

	if (invert && !is_light_on_dark(&grey, true)) {
		grey_done(&grey);
		return;
	}
	if (invert) {
		change(&grey, retouch_invert(&grey));
	}
	change(&grey, retouch_sharpen(&grey, PATCH_SHARPEN));
	view.grey = grey;
	view_scan(&view, areas->picture, finds);
}

bool areas_scan_patches(const struct areas *areas, struct finds *finds, bool invert)
{
	bool is_first = !invert; /* it is always made */

	for (unsigned i = 0; i < areas->patches_count && (is_first || !areas_are_late(areas));
		i++) {
		const struct patch *patch = &areas->patches[i];
		if (!areas_cover_patch(areas, finds, patch)) {
			scan_patch(areas, finds, patch, invert);
		}
	}
	return areas->patches_count > 0;
}
