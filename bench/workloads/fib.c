/* Recursion: nothing but calls. run(n): n times fib(24) or fib(25). */
__attribute__((noinline)) static int fib(int n) {
  if (n < 2) return n;
  int first = fib(n - 1);
  return first + fib(n - 2);
}

__attribute__((export_name("run"))) double run(int rounds) {
  double sum = 0;
  for (int round = 0; round < rounds; round++) sum += fib(24 + (round & 1));
  return sum;
}
