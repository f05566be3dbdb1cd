/* A recursive parser of JSON, byte by byte: many small functions with short loops. run(n): n times 70 KB of text. */
static const char item[] =
    "{\"id\": 1234, \"name\": \"some \\\"name\\\" here\", \"v\": [1.5, -2, 33.25, true, null, {\"k\":[]}], \"z\": false}, ";
enum { ITEMS = 700, ITEM_BYTES = sizeof item - 1 };

static char text[ITEMS * ITEM_BYTES + 2];
static const char *at, *end;
static double sum;
static int count;

__attribute__((noinline)) static int peek(void) { return at < end ? *at : -1; }

__attribute__((noinline)) static void space(void) {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\t')) at++;
}

__attribute__((noinline)) static void string(void) {
  for (at++; at < end && *at != '"'; at++, count++) {
    if (*at == '\\') at++;
  }
  at++;
}

static int is_digit(void) { return at < end && *at >= '0' && *at <= '9'; }

__attribute__((noinline)) static void number(void) {
  double value = 0;
  int negative = peek() == '-';
  if (negative) at++;
  for (; is_digit(); at++) value = value * 10 + (*at - '0');
  if (peek() == '.') {
    double scale = 0.1;
    for (at++; is_digit(); at++, scale *= 0.1) value += (*at - '0') * scale;
  }
  sum += negative ? -value : value;
}

static void value(void);

/* The members of an object or the items of an array, which ends with `close`. */
static void members(char close) {
  at++;
  space();
  if (peek() == close) {
    at++;
    return;
  }
  for (;;) {
    if (close == '}') {
      space();
      string();
      space();
      at++;
    }
    value();
    space();
    if (peek() != ',') break;
    at++;
  }
  at++;
}

__attribute__((noinline)) static void value(void) {
  space();
  switch (peek()) {
    case '{': members('}'); break;
    case '[': members(']'); break;
    case '"': string(); break;
    case 't': case 'n': at += 4; break;
    case 'f': at += 5; break;
    default: number();
  }
}

__attribute__((export_name("run"))) double run(int rounds) {
  char *to = text;
  *to++ = '[';
  for (int i = 0; i < ITEMS; i++) {
    for (int byte = 0; byte < ITEM_BYTES; byte++) *to++ = item[byte];
  }
  to[-2] = ']';
  end = to - 1;
  for (int round = 0; round < rounds; round++) {
    at = text;
    value();
  }
  return sum + count;
}
