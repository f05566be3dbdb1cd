/** Network rules by example: names, ports, schemes, ranges, and what only a rule that names it opens. */
import { describe, expect, it } from 'vitest';
import { compileGrants, grantsOf, networkRequest } from '../../../src/policy/index.ts';
import { policyOf } from './support.ts';

/** Whether a URL may be fetched under `network: {…}`; a URL that is refused before any rule may not. */
function fetches(network: string, url: string): boolean {
  const decide = compileGrants(grantsOf(policyOf(`permissions: {network: {${network}}}`)));
  const request = networkRequest(new URL(url));
  return request.ok && decide(request.value).allowed;
}

const ANY = 'allow: [{host: "*"}]';

describe('allow rules', () => {
  it.each([
    ['api.example.com', 'https://api.example.com/', true],
    ['api.example.com', 'http://api.example.com/', true],
    ['api.example.com', 'https://API.Example.COM./x', true],
    ['api.example.com', 'https://api.example.com:8443/', false],
    ['api.example.com', 'http://api.example.com:443/', false],
    ['api.example.com:8443', 'https://api.example.com:8443/', true],
    ['api.example.com:8443', 'https://api.example.com/', false],
    ['https://api.example.com', 'http://api.example.com/', false],
    ['https://api.example.com', 'https://api.example.com/', true],
    ['api.example.com', 'https://api.example.com.evil.com/', false],
    ['api.example.com', 'https://evil.com/api.example.com', false],
    ['api.example.com', 'https://api.example.com@evil.com/', false],
    ['api.example.com', 'https://user:pass@api.example.com/', false],
    ['api.example.com', 'https://apiXexample.com/', false],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://badexample.com/', false],
    ['xn--bcher-kva.example', 'https://bücher.example/', true],
    ['example.com', 'https://ｅxample.com/', true],
    ['*', 'https://anything.example/', true],
    ['*', 'https://8.8.8.8/', true],
    ['*', 'https://anything.example:8443/', false],
    ['*', 'ftp://anything.example/', false],
  ])('%s covers %s: %s', (host, url, expected) => {
    expect(fetches(`allow: [{host: "${host}"}]`, url)).toBe(expected);
  });

  it.each([
    ['203.0.113.0/24', 'http://203.0.113.9:1234/', true],
    ['203.0.113.0/24', 'http://203.0.114.9/', false],
    ['203.0.113.0/24', 'http://[::ffff:203.0.113.9]/', true],
    ['203.0.113.0/24', 'http://0xcb.0.0x71.9/', true],
    ['203.0.113.0/24', 'http://3405803785/', true],
    ['2001:db8::/32', 'http://[2001:DB8::1]/', true],
    ['2001:db8::/32', 'http://[2001:db9::1]/', false],
    ['0.0.0.0/0', 'http://[2001:db8::1]/', false],
    ['203.0.113.0/24', 'http://203.0.113.9.example.com/', false],
  ])('range %s covers %s: %s', (cidr, url, expected) => {
    expect(fetches(`allow: [{cidr: "${cidr}"}]`, url)).toBe(expected);
  });
});

const GUARDED = [
  'http://localhost/',
  'http://LOCALHOST./',
  'http://x.localhost/',
  'http://printer.local/',
  'http://intranet/',
  'http://db.internal/',
  'http://metadata.google.internal/',
  'http://metadata.goog/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://0.0.0.0/',
  'http://0/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.1.1/',
  'http://169.254.169.254/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::1]/',
  'http://[2002:7f00:1::1]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2001:0:7f00:1::1]/',
  'http://[2001:0:808:808::80ff:fffe]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
];

describe('private and metadata addresses', () => {
  it.each(GUARDED)('%s is in no wildcard', (url) => {
    expect(fetches(ANY, url)).toBe(false);
    expect(fetches('allow: [{cidr: "0.0.0.0/0"}, {cidr: "::/0"}, {cidr: "0.0.0.0/1"}, {cidr: "2000::/3"}]', url)).toBe(
      false,
    );
  });

  it.each(GUARDED)('%s is opened by a rule that names it', (url) => {
    expect(fetches(`allow: [{host: "${new URL(url).hostname}"}]`, url)).toBe(true);
  });

  it.each([
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.1.0.0/16', 'http://10.1.2.3/', true],
    ['10.1.2.3/32', 'http://10.1.2.3/', true],
    ['8.0.0.0/5', 'http://10.1.2.3/', false],
    ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/', true],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['169.254.0.0/16', 'http://169.254.1.1/', true],
    ['169.254.0.0/16', 'http://169.254.169.254/', false],
    ['169.254.169.254/32', 'http://169.254.169.254/', true],
    ['fd00::/8', 'http://[fd00:ec2::254]/', false],
    ['10.0.0.0/8', 'http://[64:ff9b::a01:203]/', false],
    ['64:ff9b::a01:203/128', 'http://[64:ff9b::a01:203]/', true],
  ])('range %s opens %s: %s', (cidr, url, expected) => {
    expect(fetches(`allow: [{cidr: "${cidr}"}]`, url)).toBe(expected);
  });

  it.each([
    ['*.internal', 'http://db.internal/', true],
    ['*.internal', 'http://metadata.google.internal/', false],
    ['*.corp.internal', 'http://db.corp.internal/', true],
    ['*.localhost', 'http://a.localhost/', true],
    ['*.localhost', 'http://localhost/', false],
  ])('zone %s opens %s: %s', (host, url, expected) => {
    expect(fetches(`allow: [{host: "${host}"}]`, url)).toBe(expected);
  });

  it('says why, where nothing names them', () => {
    const decide = compileGrants(grantsOf(policyOf(`permissions: {network: {${ANY}}}`)));
    const request = { capability: 'network', scheme: 'http', host: '127.0.0.1', port: 80 } as const;
    expect(decide(request).rule).toBe('nothing names this private or metadata address');
  });
});

describe('deny rules', () => {
  it.each([
    ['host: bad.example.com', 'https://bad.example.com/'],
    ['host: bad.example.com', 'https://BAD.example.com./'],
    ['host: "*.example.com"', 'https://bad.example.com/'],
    ['host: "*"', 'https://bad.example.com/'],
    ['host: "https://bad.example.com"', 'https://bad.example.com/'],
    ['host: "bad.example.com:443"', 'https://bad.example.com/'],
    ['cidr: 8.8.8.0/24', 'https://8.8.8.8/'],
    ['cidr: 8.8.8.0/24', 'https://[::ffff:8.8.8.8]/'],
    ['cidr: 8.8.8.0/24', 'https://[64:ff9b::808:808]/'],
    ['cidr: 8.8.8.0/24', 'https://[2002:808:808::1]/'],
    ['host: 8.8.8.8', 'https://134744072/'],
    ['host: 8.8.8.8', 'https://[64:ff9b::808:808]/'],
    ['host: "[2606:4700::1111]"', 'https://[2606:4700:0:0::1111]/'],
  ])('{%s} covers %s', (rule, url) => {
    expect(fetches(ANY, url)).toBe(true);
    expect(fetches(`${ANY}, deny: [{${rule}}]`, url)).toBe(false);
  });

  it('covers every port and scheme that it does not name', () => {
    const network = 'allow: [{host: "a.example:8443"}, {host: "http://a.example"}], deny: [{host: a.example}]';
    expect(fetches(network, 'https://a.example:8443/')).toBe(false);
    expect(fetches(network, 'http://a.example/')).toBe(false);
  });

  it('leaves other ports and schemes than the named ones alone', () => {
    const network = 'allow: [{host: a.example}], deny: [{host: "http://a.example"}, {host: "a.example:8443"}]';
    expect(fetches(network, 'https://a.example/')).toBe(true);
    expect(fetches(network, 'http://a.example/')).toBe(false);
  });
});

describe('networkRequest', () => {
  it('gives one spelling to each host', () => {
    const asked = (url: string) => {
      const request = networkRequest(new URL(url));
      return request.ok ? `${request.value.scheme} ${request.value.host} ${request.value.port}` : request.error;
    };
    expect(asked('https://EXAMPLE.com.')).toBe('https example.com 443');
    expect(asked('http://[2001:DB8:0::1]:8080')).toBe('http 2001:db8::1 8080');
    expect(asked('http://[::ffff:1.2.3.4]')).toBe('http 1.2.3.4 80');
    expect(asked('https://user@example.com')).toMatch(/user info/);
    expect(asked('ftp://example.com')).toMatch(/only http and https/);
    expect(asked('http://example.com:0')).toMatch(/port/);
    expect(asked('http://exa!mple.com')).toMatch(/host/);
    expect(asked('http://example..com')).toMatch(/host/);
  });
});
