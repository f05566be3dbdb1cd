/* Product of two matrices of 160 by 160 doubles: one hot inner loop. run(n): n times. */
enum { N = 160 };
static double a[N][N], b[N][N], c[N][N];

__attribute__((export_name("run"))) double run(int rounds) {
  double sum = 0;
  for (int i = 0; i < N * N; i++) {
    a[i / N][i % N] = i % 7;
    b[i / N][i % N] = i % 5;
  }
  for (int round = 0; round < rounds; round++) {
    for (int row = 0; row < N; row++) {
      for (int column = 0; column < N; column++) {
        double total = 0;
        for (int k = 0; k < N; k++) total += a[row][k] * b[k][column];
        c[row][column] = total;
      }
    }
    sum += c[0][round % N];
    a[0][round % N] += 1;
  }
  return sum;
}
