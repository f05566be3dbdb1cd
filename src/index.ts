/** The Worker: wires the gateway, the objects, the hourly sweep and the queue of deliveries. The only file that imports everything. */
import type { Bindings } from '../durable/shared/bindings.ts';
import { consumeAttempts } from '../durable/topic/attempt.ts';
import { sweepAbandonedUploads } from './build/staging.ts';
import { sweepAbandonedBlobs } from './capability/blobstore/upload-records.ts';
import { createGateway } from './gateway/app.ts';

export { Bucket } from '../durable/bucket/index.ts';
export { Build } from '../durable/build/index.ts';
export { BuildRunner } from '../durable/build/runner.ts';
export { Catalogue } from '../durable/catalogue/index.ts';
export { Directory } from '../durable/directory.ts';
export { PoolShard } from '../durable/pool/index.ts';
export { Supervisor } from '../durable/supervisor/index.ts';
export { Topic } from '../durable/topic/index.ts';
export { Volume } from '../durable/volume/index.ts';
export { Carrier } from './capability/carrier/index.ts';

const gateway = createGateway();

export default {
  fetch: gateway.fetch,
  async scheduled(controller, env, ctx) {
    ctx.waitUntil(sweepAbandonedUploads(env.ARTIFACTS, controller.scheduledTime));
    if (env.BLOBS !== undefined) ctx.waitUntil(sweepAbandonedBlobs(env.BLOBS, controller.scheduledTime));
  },
  queue: consumeAttempts,
} satisfies ExportedHandler<Bindings>;
