/* Quicksort of 65,536 random integers: short scanning loops inside of a loop, recursion. run(n): n times. */
enum { COUNT = 65536 };
static int numbers[COUNT];
static unsigned seed = 12345;

static void sort(int *low, int *high) {
  while (low < high) {
    int pivot = low[(high - low) / 2];
    int *up = low, *down = high;
    while (up <= down) {
      while (*up < pivot) up++;
      while (*down > pivot) down--;
      if (up > down) break;
      int swap = *up;
      *up++ = *down;
      *down-- = swap;
    }
    if (down - low < high - up) {
      sort(low, down);
      low = up;
    } else {
      sort(up, high);
      high = down;
    }
  }
}

__attribute__((export_name("run"))) double run(int rounds) {
  double sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < COUNT; i++) {
      seed = seed * 1664525 + 1013904223;
      numbers[i] = seed >> 8;
    }
    sort(numbers, numbers + COUNT - 1);
    sum += numbers[77];
  }
  return sum;
}
