/* How fast could the structured work be?  The same gates, criteria and top 20 as the engine's, as a bare loop over
   float32 columns: no plans of different shapes, no margin, no second look.
   Compiled by gcc -O3 -march=native with what -ffast-math allows.

   calls of 2 and amounts outside [low, high] fail; an amount below 0 is unknown; keys are score - 1.5 * standing. */
#include <stdint.h>

enum { BLOCK = 512, TOP = 20, TAKEN = 9, FIXED = 7 };

static inline float least(float a, float b) { return a < b ? a : b; }

static inline float most(float a, float b) { return a > b ? a : b; }

static inline float clip(float d, float length) { return least(most(d, 0.0f), length); }

/* u += weight * value(measure); the value is a ramp of four pieces, the prior where the measure is unknown */
static inline void ramped(float *restrict u, const float *restrict m, int n, const float *r, float weight, float prior)
{
    const float y = r[0], x0 = r[1], l0 = r[2], s0 = r[3], x1 = r[4], l1 = r[5], s1 = r[6];
    const float x2 = r[7], l2 = r[8], s2 = r[9], x3 = r[10], l3 = r[11], s3 = r[12];
    for (int j = 0; j < n; j++) {
        float x = m[j], value = y + s0 * clip(x - x0, l0) + s1 * clip(x - x1, l1) + s2 * clip(x - x2, l2);
        value += s3 * clip(x - x3, l3);
        u[j] += weight * (x < 0 ? prior : value);
    }
}

/* as ramped, of days that may be below zero: unknown is far below */
static inline void awaited(float *restrict u, const float *restrict m, int n, const float *r, float weight, float prior)
{
    const float y = r[0], x0 = r[1], l0 = r[2], s0 = r[3], x1 = r[4], l1 = r[5], s1 = r[6];
    const float x2 = r[7], l2 = r[8], s2 = r[9], x3 = r[10], l3 = r[11], s3 = r[12];
    for (int j = 0; j < n; j++) {
        float x = m[j], value = y + s0 * clip(x - x0, l0) + s1 * clip(x - x1, l1) + s2 * clip(x - x2, l2);
        value += s3 * clip(x - x3, l3);
        u[j] += weight * (x < -1e8f ? prior : value);
    }
}

static inline void weighed(float *restrict u, const float *restrict a, const float *restrict b, int n, float wa,
                           float wb)
{
    for (int j = 0; j < n; j++) u[j] += wa * a[j] + wb * b[j];
}

static inline void least_of(float *m, const float *a, const float *b, int n, float by_a, float by_b)
{
    for (int j = 0; j < n; j++) m[j] = least(a[j] * by_a, b[j] * by_b);
}

static inline void gated(float *restrict s, const float *restrict x, int n, float low)
{
    for (int j = 0; j < n; j++) s[j] = most(s[j], x[j] < 0 ? 1.0f : x[j] < low ? 2.0f : 0.0f);
}

void top20(int64_t needs, int64_t parks, const float *amounts, const float *fixed, const float *values,
           const int8_t *calls, const int32_t *of, const float *ask, const float *low, const float *high,
           const float *weights, const float *constant, const int32_t *base, const float *ramps, const float *priors,
           float beta, int32_t *rows, float *keys)
{
    float key[BLOCK], standing[BLOCK], land[BLOCK], energy[BLOCK], green[BLOCK], quota[BLOCK], days[BLOCK];
    float share[BLOCK], u[BLOCK], v[BLOCK], zero[BLOCK] = {0};
    static const int8_t pass[BLOCK] = {0};
    for (int64_t i = 0; i < needs; i++) {
        const float *w = weights + 22 * i, *lo = low + TAKEN * i, *hi = high + 3 * i;
        const int32_t *at = of + 6 * i;
        float inverse[TAKEN], best[TOP], bar = -1.75f;
        int32_t who[TOP];
        for (int g = 0; g < TAKEN; g++) inverse[g] = 1.0f / ask[TAKEN * i + g];
        for (int k = 0; k < TOP; k++) { best[k] = -9.0f; who[k] = -1; }
        for (int64_t a = 0; a < parks; a += BLOCK) {
            int n = parks - a < BLOCK ? (int)(parks - a) : BLOCK;
            const float *x[TAKEN + 3], *f[FIXED];
            for (int g = 0; g < TAKEN + 3; g++) x[g] = amounts + g * parks + a;
            for (int k = 0; k < FIXED; k++) f[k] = fixed + k * parks + a;
            const float *chain = values + at[0] * parks + a, *gap = values + at[1] * parks + a;
            const float *distance = values + at[2] * parks + a;
            const float *prefer = at[3] < 0 ? zero : values + at[3] * parks + a;
            const int8_t *one = at[4] < 0 ? pass : calls + at[4] * parks + a;
            const int8_t *two = at[5] < 0 ? pass : calls + at[5] * parks + a;
            for (int j = 0; j < n; j++) standing[j] = most((float)base[i], (float)(one[j] > two[j] ? one[j] : two[j]));
            for (int j = 0; j < n; j++) {
                float past = (x[9][j] > hi[0]) | (x[10][j] > hi[1]) | (x[11][j] > hi[2]) ? 2.0f : 0.0f;
                standing[j] = most(most(standing[j], past), x[11][j] < 0 ? 1.0f : 0.0f);
            }
            for (int g = 0; g < TAKEN; g++) gated(standing, x[g], n, lo[g]);
            for (int j = 0; j < n; j++) land[j] = x[0][j] * inverse[0];
            least_of(energy, x[2], x[3], n, inverse[2], inverse[3]);
            least_of(quota, x[7], x[8], n, inverse[7], inverse[8]);
            least_of(green, x[4], x[5], n, inverse[4], inverse[5]);
            least_of(green, green, x[6], n, 1.0f, inverse[6]);
            least_of(green, green, quota, n, 1.0f, 1.0f);
            for (int j = 0; j < n; j++) days[j] = x[11][j] < 0 ? -1e9f : hi[2] - x[11][j];
            for (int j = 0; j < n; j++) share[j] = 1.0f / quota[j];
            for (int j = 0; j < n; j++) u[j] = w[14] * prefer[j];
            for (int j = 0; j < n; j++) v[j] = constant[i] + w[17] * gap[j];
            weighed(u, chain, distance, n, w[0], w[10]);
            weighed(u, f[0], f[1], n, w[2], w[6]);
            weighed(u, f[2], f[3], n, w[7], w[8]);
            weighed(u, f[4], f[5], n, w[9], w[12]);
            weighed(u, f[6], zero, n, w[13], 0);
            ramped(u, land, n, ramps, w[3], priors[3]);
            ramped(u, energy, n, ramps + 13, w[4], priors[4]);
            ramped(u, green, n, ramps + 26, w[5], priors[5]);
            awaited(u, days, n, ramps + 52, w[11], priors[11]);
            ramped(v, share, n, ramps + 39, w[20], priors[20]);
            const float tilt = 0.5f * beta;
            for (int j = 0; j < n; j++) {
                float d = u[j] - v[j];
                key[j] = 0.5f * (u[j] + v[j]) - tilt * most(d, -d) - 1.5f * standing[j];
            }
            for (int j = 0; j < n; j++) {
                if (key[j] <= bar) continue;
                int k = TOP - 1;
                while (k > 0 && best[k - 1] < key[j]) { best[k] = best[k - 1]; who[k] = who[k - 1]; k--; }
                best[k] = key[j];
                who[k] = (int32_t)(a + j);
                if (best[TOP - 1] > bar) bar = best[TOP - 1];
            }
        }
        for (int k = 0; k < TOP; k++) { keys[TOP * i + k] = best[k]; rows[TOP * i + k] = who[k]; }
    }
}
