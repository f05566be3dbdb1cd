/** Variant 1, the baseline: a bare fetch handler. Every other variant answers the same kind of JSON. */
export default {
  async fetch(request) {
    const { a, b } = await request.json<{ a: number; b: number }>();
    return Response.json({ result: a + b });
  },
} satisfies ExportedHandler;
