/** Sends one request over and over, over connections that stay open, and says how fast it was answered. */
import autocannon from 'autocannon';
import { workerdCpuMs } from './cpu.ts';

export interface Target {
  readonly url: string;
  readonly body: string;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

export interface Throughput {
  readonly perSecond: number;
  /** Processor time of workerd for one request, in microseconds; undefined where the system does not tell. */
  readonly cpuUs: number | undefined;
}

/** Throws when a single request is not answered with 2xx: it would be the speed of something else. */
export async function drive({ url, body }: Target, { connections, seconds }: Load): Promise<Throughput> {
  const before = workerdCpuMs();
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections,
    duration: seconds,
  });
  const after = workerdCpuMs();
  const answered = result['2xx'];
  const lost = result.non2xx + result.errors + result.timeouts;
  if (lost > 0 || answered === 0) throw new Error(`${url}: ${answered} requests were answered, ${lost} failed`);
  return {
    perSecond: answered / result.duration,
    cpuUs: before === undefined || after === undefined ? undefined : ((after - before) * 1_000) / answered,
  };
}
