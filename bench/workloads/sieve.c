/* The sieve of Eratosthenes over 256 KiB: short loops over memory, no calls. run(n): n times. */
enum { COUNT = 1 << 18 };
static unsigned char is_prime[COUNT];

__attribute__((export_name("run"))) double run(int rounds) {
  int primes = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < COUNT; i++) is_prime[i] = 1;
    for (int i = 2; i * i < COUNT; i++) {
      if (!is_prime[i]) continue;
      for (int multiple = i * i; multiple < COUNT; multiple += i) is_prime[multiple] = 0;
    }
    for (int i = 2; i < COUNT; i++) primes += is_prime[i];
  }
  return primes;
}
