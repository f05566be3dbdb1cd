/* Compression rounds in the manner of SHA-256 over 64 KiB: long straight-line loop bodies. run(n): n times. The round
 * constants are made up. The loops are not unrolled: unrolled ones have next to nothing for a meter to do. */
typedef unsigned int word;

static unsigned char input[65536];
static word constants[64], state[8];

static word rotate(word value, int bits) { return value >> bits | value << (32 - bits); }

static void compress(const unsigned char *block) {
  word schedule[64];
#pragma clang loop unroll(disable)
  for (int i = 0; i < 16; i++, block += 4) {
    schedule[i] = (word)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
  }
#pragma clang loop unroll(disable)
  for (int i = 16; i < 64; i++) {
    word early = schedule[i - 15], late = schedule[i - 2];
    schedule[i] = schedule[i - 16] + (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) + schedule[i - 7] +
                  (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
  }
  word a = state[0], b = state[1], c = state[2], d = state[3];
  word e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll(disable)
  for (int i = 0; i < 64; i++) {
    word first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
    word second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

__attribute__((export_name("run"))) double run(int rounds) {
  for (word i = 0; i < 64; i++) constants[i] = (4 * i + 7) * 0x9e3779b1;
  for (int i = 0; i < 65536; i++) input[i] = i * 31;
  for (int round = 0; round < rounds; round++) {
    for (int at = 0; at < 65536; at += 64) compress(input + at);
  }
  return state[0];
}
