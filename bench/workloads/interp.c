/* An interpreter of made-up byte code, a linked list, a checksum: dispatch, indirect calls, dependent loads. run(n): n
 * times 20,000 byte codes, 4,000 links, 1,500 checksum steps. */
typedef int binary(int, int);

static int add(int a, int b) { return a + b; }
static int exclusive_or(int a, int b) { return a ^ b; }
static int multiply(int a, int b) { return a * b + 1; }

static binary *const operations[3] = {add, exclusive_or, multiply};

static unsigned char code[256];

static struct node {
  struct node *next;
  int value;
} list[512];

__attribute__((noinline)) static unsigned checksum(unsigned sum, unsigned char byte) {
  for (int bit = 0; bit < 8; bit++) {
    int carry = (sum ^ byte) & 1;
    sum >>= 1;
    byte >>= 1;
    if (carry) sum ^= 0xa001;
  }
  return sum;
}

__attribute__((noinline)) static int machine(int steps) {
  int a = 1, b = 2, c = 0, at = 0;
  for (; steps > 0; steps--) {
    switch (code[at++ & 255]) {
      case 0: a += b; break;
      case 1: b ^= a; break;
      case 2: c += a >> 1; break;
      case 3: a -= c; break;
      case 4: b = (b << 1) | ((unsigned)b >> 31); break;
      case 5: at += (a & 1) * 3; break;
      case 6: a = operations[(unsigned)c % 3](a, b); break;
      default: c ^= at;
    }
  }
  return a + b + c;
}

__attribute__((export_name("run"))) double run(int rounds) {
  unsigned sum = 0;
  for (int i = 0; i < 256; i++) code[i] = (i * 7 + 3) % 8;
  for (int i = 0; i < 512; i++) {
    list[i].next = &list[(i * 77 + 1) & 511];
    list[i].value = i;
  }
  for (int round = 0; round < rounds; round++) {
    sum += machine(20000);
    struct node *node = list;
    for (int i = 0; i < 4000; i++, node = node->next) sum += node->value;
    for (int i = 0; i < 1500; i++) sum = checksum(sum, i) + (sum << 16);
  }
  return sum;
}
