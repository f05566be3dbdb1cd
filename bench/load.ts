/** Sends one request over and over, over connections that stay open, and says how fast it was answered. */
import autocannon from 'autocannon';
import { startedCpuMs } from './proc.ts';

/** One request, and where to send it. */
export interface Target {
  /** Several when several servers share the load; each then gets an equal part of the connections. */
  readonly urls: readonly string[];
  readonly body: string;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

export interface Throughput {
  readonly perSecond: number;
  /** Processor time of everything but the client for one request, in microseconds; undefined where the system does not tell. */
  readonly cpuUs: number | undefined;
}

/** Throws when a single request is not answered with 2xx: it would be the speed of something else. */
export async function drive({ urls, body }: Target, { connections, seconds }: Load): Promise<Throughput> {
  const before = startedCpuMs();
  const results = await Promise.all(
    urls.map((url) =>
      autocannon({
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        connections: connections / urls.length,
        duration: seconds,
      }),
    ),
  );
  const after = startedCpuMs();
  const answered = results.reduce((sum, result) => sum + result['2xx'], 0);
  for (const { non2xx, errors, timeouts, statusCodeStats } of results) {
    if (non2xx === 0 && errors === 0 && timeouts === 0 && answered > 0) continue;
    const lost = `${errors} lost, ${timeouts} too late, by status ${JSON.stringify(statusCodeStats)}`;
    throw new Error(`${urls}: ${answered} requests were answered with success, ${lost}`);
  }
  return {
    perSecond: results.reduce((sum, result) => sum + result['2xx'] / result.duration, 0),
    cpuUs: before === undefined || after === undefined ? undefined : ((after - before) * 1_000) / answered,
  };
}
