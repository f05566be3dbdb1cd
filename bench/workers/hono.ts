/** Variant 2: the baseline behind Hono's router. */
import { Hono } from 'hono';

export default new Hono().post('/call/:name/:function', async (c) => {
  const { a, b } = await c.req.json<{ a: number; b: number }>();
  return c.json({ result: a + b });
});
