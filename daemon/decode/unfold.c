#include "decode/unfold.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define SEEN_TIMES                                                                                 \
	2.0 /* rows of folded bars are little alike: the area may be much too low; where bars end, following them does */
#define LINE_PIXELS                                                                                \
	2.0 /* of the height of a line: folds move a bar by less than its width from one to the next */
#define LINES_MIN 8
#define LINES_MAX 96
#define SEEN_ACROSS 1.2   /* quiet zones, and what the search may have cut off */
#define ZOOM 2.0          /* columns per pixel */
#define CLEAR_SHARE 0.4F  /* of the line's mean deviation; what differs by less is noise */
#define STEP_COLUMNS 3.8F /* an edge moves by less; the next of its kind is two bars away */
#define MISSES_MAX 3      /* lines in a row in which an edge is not seen */
#define LOST_SHARE 0.4    /* of the edges; then the bars have ended */
#define SEEN_SHARE 0.6    /* of the lines; an edge that is seen in fewer is none */

/* struct edge - where light turns to dark (@falls) or dark to light, columns. */
struct edge {
	float at;
	bool falls;
};

struct edges {
	unsigned count;
	struct edge edge[UNFOLD_EDGES_MAX];
};

/* struct track - an edge of the first line, and where it is in each; NAN where it was not seen. */
struct track {
	bool falls;
	float at[LINES_MAX];
	unsigned seen;
};

struct tracks {
	unsigned lines;
	unsigned start;       /* the line that all tracks begin in */
	unsigned first, last; /* lines that were followed, both included */
	unsigned count;
	struct track track[UNFOLD_EDGES_MAX];
};

static float deviation_of(const uint8_t *row, unsigned width)
{
	uint32_t sum = 0;
	float deviation = 0;

	for (unsigned column = 0; column < width; column++) {
		sum += row[column];
	}
	for (unsigned column = 0; column < width; column++) {
		deviation += fabsf((float)row[column] - (float)sum / (float)width);
	}
	return deviation / (float)width;
}

/* Half way down from @from to @to. */
static float crossing_of(const uint8_t *row, unsigned from, unsigned to)
{
	float level = ((float)row[from] + (float)row[to]) / 2;

	for (unsigned column = from; column < to; column++) {
		if (((float)row[column] - level) * ((float)row[column + 1] - level) <= 0 &&
			row[column] != row[column + 1]) {
			return (float)column +
			       ((float)row[column] - level) /
				       ((float)row[column] - (float)row[column + 1]);
		}
	}
	return (float)(from + to) / 2;
}

/* Half way between what is lightest and what is darkest, one after the other; what differs by less than @clear is noise. */
static void find_edges(const uint8_t *row, unsigned width, float clear, struct edges *ret_edges)
{
	unsigned lightest = 0, darkest = 0, extreme = 0;
	int way = 0; /* 1: getting darker, since @extreme */

	ret_edges->count = 0;
	for (unsigned column = 1; column < width && ret_edges->count < UNFOLD_EDGES_MAX; column++) {
		lightest = row[column] > row[lightest] ? column : lightest;
		darkest = row[column] < row[darkest] ? column : darkest;
		bool turns_dark = way <= 0 && (float)row[lightest] - (float)row[column] > clear;
		bool turns_light = way >= 0 && (float)row[column] - (float)row[darkest] > clear;
		if (!turns_dark && !turns_light) {
			continue;
		}
		unsigned turn = turns_dark ? lightest : darkest;
		if (way != 0) {
			ret_edges->edge[ret_edges->count++] =
				(struct edge){crossing_of(row, extreme, turn), way > 0};
		}
		extreme = turn;
		way = turns_dark ? 1 : -1;
		lightest = darkest = column;
	}
	if (way != 0 && ret_edges->count < UNFOLD_EDGES_MAX) {
		unsigned last = way > 0 ? darkest : lightest;
		ret_edges->edge[ret_edges->count++] =
			(struct edge){crossing_of(row, extreme, last), way > 0};
	}
}

/* The most middle of the lines that have as many edges as most have. */
static unsigned usual_line(const struct edges *lines, unsigned count)
{
	unsigned best = count / 2, best_alike = 0;

	for (unsigned away = 0; away < count / 3; away++) {
		for (int way = -1; way <= 1; way += 2) {
			unsigned line = (unsigned)((int)count / 2 + way * (int)away), alike = 0;
			for (unsigned other = count / 6; other < count - count / 6; other++) {
				alike += lines[other].count == lines[line].count;
			}
			if (alike > best_alike) {
				best_alike = alike;
				best = line;
			}
		}
	}
	return best;
}

/* The first edge that is not before @at. */
static unsigned edge_from(const struct edges *edges, float at)
{
	unsigned low = 0, high = edges->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (edges->edge[middle].at < at) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static const struct edge *nearest(const struct edges *edges, bool falls, float at, float most)
{
	const struct edge *best = NULL;

	for (unsigned i = edge_from(edges, at - most); i < edges->count; i++) {
		const struct edge *edge = &edges->edge[i];
		if (edge->at > at + most) {
			break;
		}
		if (edge->falls == falls &&
			(!best || fabsf(edge->at - at) < fabsf(best->at - at))) {
			best = edge;
		}
	}
	return best;
}

/* Each of the first line's edges in the next line, and so on, until too many are lost. */
static void follow(struct tracks *tracks, const struct edges *lines, int way)
{
	unsigned misses[UNFOLD_EDGES_MAX] = {0};
	float last[UNFOLD_EDGES_MAX];
	int start = (int)tracks->start;

	for (unsigned i = 0; i < tracks->count; i++) {
		last[i] = tracks->track[i].at[start];
	}
	for (int line = start + way; line >= 0 && line < (int)tracks->lines; line += way) {
		unsigned lost = 0;
		for (unsigned i = 0; i < tracks->count; i++) {
			struct track *track = &tracks->track[i];
			const struct edge *edge =
				misses[i] > MISSES_MAX
					? NULL
					: nearest(&lines[line], track->falls, last[i],
						  STEP_COLUMNS * (float)(1 + misses[i]));
			if (edge) {
				last[i] = track->at[line] = edge->at;
				track->seen++;
				misses[i] = 0;
			} else {
				misses[i]++;
				lost++;
			}
		}
		if (lost > tracks->count * LOST_SHARE) {
			return;
		}
		*(way < 0 ? &tracks->first : &tracks->last) = (unsigned)line;
	}
}

/* What is seen in few lines is no edge of a bar. Returns whether light and dark take turns in what is left. */
static bool sort_out(struct tracks *tracks)
{
	unsigned lines = tracks->last - tracks->first + 1, kept = 0;

	for (unsigned i = 0; i < tracks->count; i++) {
		if (tracks->track[i].seen >= lines * SEEN_SHARE) {
			tracks->track[kept++] = tracks->track[i];
		}
	}
	tracks->count = kept;
	for (unsigned i = 0; i + 1 < kept; i++) {
		if (tracks->track[i].falls == tracks->track[i + 1].falls) {
			return false;
		}
	}
	return kept > 0;
}

/* Where it is in this line, from the first line's place of it: seen, or moved as its neighbours that are. */
static float move_of(const struct tracks *tracks, unsigned which, unsigned line)
{
	unsigned start = tracks->start;
	float sum = 0, weight = 0;

	if (!isnan(tracks->track[which].at[line])) {
		return tracks->track[which].at[line] - tracks->track[which].at[start];
	}
	for (int way = -1; way <= 1; way += 2) {
		for (int i = (int)which + way; i >= 0 && i < (int)tracks->count; i += way) {
			const struct track *other = &tracks->track[i];
			if (!isnan(other->at[line])) {
				float near = 1 / (1 + fabsf(other->at[start] -
							      tracks->track[which].at[start]));
				sum += near * (other->at[line] - other->at[start]);
				weight += near;
				break;
			}
		}
	}
	return weight > 0 ? sum / weight : 0;
}

static void mean_places(const struct tracks *tracks, unsigned row, float *ret_at)
{
	for (unsigned i = 0; i < tracks->count; i++) {
		float sum = 0;
		unsigned lines = 0;
		for (unsigned line = tracks->first + row; line <= tracks->last;
			line += UNFOLD_ROWS) {
			sum += move_of(tracks, i, line);
			lines++;
		}
		ret_at[i] = tracks->track[i].at[tracks->start] + sum / (float)MAX(lines, 1);
	}
}

static void begin_tracks(struct tracks *tracks, const struct edges *lines, unsigned count)
{
	unsigned start = usual_line(lines, count);

	tracks->lines = count;
	tracks->start = tracks->first = tracks->last = start;
	tracks->count = lines[start].count;
	for (unsigned i = 0; i < tracks->count; i++) {
		struct track *track = &tracks->track[i];
		for (unsigned line = 0; line < tracks->lines; line++) {
			track->at[line] = NAN;
		}
		track->falls = lines[start].edge[i].falls;
		track->at[start] = lines[start].edge[i].at;
		track->seen = 1;
	}
}

static void write_down(const struct tracks *tracks, double across, struct unfolded *ret_unfolded)
{
	ret_unfolded->from = (float)(-across / 2);
	ret_unfolded->to = (float)(across / 2);
	ret_unfolded->count = tracks->count;
	ret_unfolded->begins_dark = tracks->track[0].falls;
	for (unsigned row = 0; row < UNFOLD_ROWS; row++) {
		mean_places(tracks, row, ret_unfolded->at[row]);
		for (unsigned i = 0; i < tracks->count; i++) {
			ret_unfolded->at[row][i] =
				(float)(ret_unfolded->at[row][i] / ZOOM - across / 2);
		}
	}
}

bool unfold(
	const struct grey *picture, const struct stripes *stripes, struct unfolded *ret_unfolded)
{
	struct stripes seen = *stripes;
	bool is_unfolded;

	seen.along *= SEEN_TIMES;
	seen.across *= SEEN_ACROSS;
	unsigned count = (unsigned)CLAMP(seen.along / LINE_PIXELS, 1, LINES_MAX);
	if (count < LINES_MIN) {
		return false;
	}
	struct grey strip = stripes_strip(picture, &seen, count, ZOOM, 0);
	g_autofree struct edges *lines = g_new(struct edges, count);
	g_autofree struct tracks *tracks = g_new(struct tracks, 1);
	for (unsigned line = 0; line < count; line++) {
		const uint8_t *row = grey_row(&strip, line);
		find_edges(row, strip.width, deviation_of(row, strip.width) * CLEAR_SHARE,
			&lines[line]);
	}
	grey_done(&strip);
	begin_tracks(tracks, lines, count);
	follow(tracks, lines, -1);
	follow(tracks, lines, 1);
	is_unfolded = tracks->last - tracks->first + 1 >= LINES_MIN && sort_out(tracks);
	if (is_unfolded) {
		write_down(tracks, seen.across, ret_unfolded);
	}
	return is_unfolded;
}
