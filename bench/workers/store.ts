/** The baseline of uploads: digests a body and stores it in R2, which no upload can do without. */
interface Bindings {
  readonly BUCKET: R2Bucket;
}

export default {
  async fetch(request, { BUCKET }) {
    const bytes = await request.arrayBuffer();
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    await BUCKET.put(new Uint8Array(digest).join('-'), bytes);
    return Response.json({ bytes: bytes.byteLength });
  },
} satisfies ExportedHandler<Bindings>;
