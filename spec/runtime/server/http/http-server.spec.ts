import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  HttpServer,
  type HttpServerOptions,
  type Readiness,
} from '../../../../runtime/server/http/http-server.js';
import { ProblemsError } from '../../../../src/problems.js';

let publicDir: string;
const started: HttpServer[] = [];
const sockets: Socket[] = [];
const upgradeHeaders = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

beforeEach(() => {
  publicDir = mkdtempSync(join(tmpdir(), 'rocket-public-'));
  writeFileSync(join(publicDir, 'index.html'), '<!doctype html><title>Home</title>');
  writeFileSync(join(publicDir, 'digits.txt'), '0123456789');
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(started.splice(0).map((server) => server.close()));
  rmSync(publicDir, { recursive: true, force: true });
});

function newServer(options: Partial<HttpServerOptions> = {}): HttpServer {
  const server = new HttpServer({ publicDir, ...options });
  started.push(server);
  return server;
}

describe('the public folder', () => {
  test('is served with index.html at /', async () => {
    const url = await newServer().listen(0);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toContain('<title>Home</title>');
  });

  test('answers an unchanged file with 304 and a range with 206', async () => {
    const url = await newServer().listen(0);
    const etag = (await fetch(`${url}/digits.txt`)).headers.get('etag');
    expect(etag).toBeTruthy();
    const unchanged = await rawStatus(url, '/digits.txt', `Connection: close\r\nIf-None-Match: ${etag}\r\n`);
    expect(unchanged).toMatch(/^HTTP\/1\.1 304 /);
    const range = await fetch(`${url}/digits.txt`, { headers: { range: 'bytes=2-4' } });
    expect(range.status).toBe(206);
    expect(range.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(await range.text()).toBe('234');
  });

  test('may be missing', async () => {
    const url = await newServer({ publicDir: join(publicDir, 'nothing') }).listen(0);
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${url}/rocket/health`)).status).toBe(200);
  });

  test('keeps hidden files to itself, save for .well-known', async () => {
    mkdirSync(join(publicDir, '.well-known'));
    writeFileSync(join(publicDir, '.well-known', 'security.txt'), 'Contact: us');
    mkdirSync(join(publicDir, '.git'));
    writeFileSync(join(publicDir, '.git', 'config'), 'secret');
    writeFileSync(join(publicDir, '.env'), 'secret');
    const url = await newServer().listen(0);
    expect((await fetch(`${url}/.well-known/security.txt`)).status).toBe(200);
    for (const path of ['/.env', '/%2eenv', '/.git/config', '/.git%2fconfig', '/.well-known/../.env']) {
      expect([path, await rawStatus(url, path)]).toEqual([path, expect.not.stringContaining('200')]);
    }
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/a/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/%00secret.txt',
  ])('does not lead out of itself by %s', async (path) => {
    writeFileSync(join(publicDir, 'secret.txt'), 'secret');
    mkdirSync(join(publicDir, 'inner'));
    const url = await newServer({ publicDir: join(publicDir, 'inner') }).listen(0);
    const answer = await rawStatus(url, path);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('secret\r\n');
  });
});

describe('security headers', () => {
  test('stand on pages, on routes and on what is not found', async () => {
    const server = newServer();
    server.fastify.get('/api', async () => ({}));
    const url = await server.listen(0);
    for (const path of ['/', '/api', '/missing', '/rocket/health']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy')).toContain(
        "require-trusted-types-for 'script'; trusted-types rocket",
      );
      expect(headers.get('content-security-policy')).toContain("connect-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test('give way to the option, in any case of letters, and to a route', async () => {
    const server = newServer({
      headers: { 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': false, 'X-Own': '1' },
    });
    server.fastify.get('/own', async (_request, reply) => {
      reply.header('Content-Security-Policy', "default-src 'none'");
      return 'own';
    });
    const { headers } = await fetch(`${await server.listen(0)}/own`);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('x-own')).toBe('1');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('health', () => {
  test('answers below the path of the app and is not kept', async () => {
    const url = await newServer({ path: '/live' }).listen(0);
    const response = await fetch(`${url}/live/health`);
    expect(await response.json()).toEqual({ status: 'ok' });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('readiness', () => {
  test('is 200 or 503 with what is in the way, asked anew each time', async () => {
    let readiness: Readiness = { status: 'ready' };
    const url = await newServer({ path: '/live', readiness: () => readiness }).listen(0);
    const ask = async () => {
      const response = await fetch(`${url}/live/ready`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      return [response.status, await response.json()];
    };
    expect(await ask()).toEqual([200, { status: 'ready' }]);
    readiness = { status: 'draining' };
    expect(await ask()).toEqual([503, { status: 'draining' }]);
    readiness = { status: 'degraded', reason: 'the engine does not answer' };
    expect(await ask()).toEqual([503, readiness]);
  });
});

describe('listening', () => {
  test('returns a URL that works, whatever the host', async () => {
    for (const [host, shown] of [
      [undefined, /^http:\/\/localhost:\d+$/],
      ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
      ['0.0.0.0', /^http:\/\/localhost:\d+$/],
    ] as const) {
      const url = await newServer().listen(0, host);
      expect(url).toMatch(shown);
      expect((await fetch(`${url}/rocket/health`)).status).toBe(200);
    }
  });

  test('on a taken port fails with the port and the cure', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const failure = await newServer()
      .listen(port, '127.0.0.1')
      .catch((error: unknown) => error);
    await new Promise((resolve) => other.close(resolve));
    expect(failure).toBeInstanceOf(ProblemsError);
    expect((failure as ProblemsError).problems).toEqual([
      expect.objectContaining({ code: 'port_taken', message: `Port ${port} is taken by another program` }),
    ]);
    expect((failure as ProblemsError).message).toContain(`PORT=${port + 1}`);
  });

  test('on an address of another machine fails with the host and the cure', async () => {
    const failure = await newServer()
      .listen(0, '192.0.2.1')
      .catch((error: unknown) => error);
    expect((failure as ProblemsError).problems[0]).toMatchObject({
      code: 'bad_host',
      message: 'This machine has no address "192.0.2.1"',
    });
  });
});

describe('upgrades', () => {
  test('reach the handler with the request, on every path', async () => {
    const server = newServer();
    const urls: (string | undefined)[] = [];
    server.onUpgrade((upgrade, socket) => {
      urls.push(upgrade.url);
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    });
    const url = await server.listen(0);
    expect(await rawStatus(url, '/rocket?a=1', upgradeHeaders)).toContain('404 Not Found');
    expect(await rawStatus(url, '/elsewhere', upgradeHeaders)).toContain('404 Not Found');
    expect(urls).toEqual(['/rocket?a=1', '/elsewhere']);
  });

  test('that break before the handler listens do not end the process', async () => {
    const server = newServer();
    const broken = new Promise<void>((resolve) => {
      server.onUpgrade((_upgrade, socket) => {
        socket.once('close', resolve);
        socket.emit('error', new Error('ECONNRESET'));
      });
    });
    open(await server.listen(0), '/rocket', upgradeHeaders);
    await broken;
  });
});

describe('closing', () => {
  test('tells whoever took sockets first, then ends the sockets that are still open', async () => {
    const server = newServer();
    const order: string[] = [];
    const taken = new Promise<void>((resolve) => {
      server.onUpgrade((_upgrade, socket) => {
        socket.once('close', () => order.push('socket ended'));
        resolve();
      });
    });
    server.fastify.addHook('preClose', async () => {
      order.push('told');
      await new Promise((resolve) => setImmediate(resolve));
      order.push('drained');
    });
    const socket = open(await server.listen(0), '/rocket', upgradeHeaders);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await taken;
    await server.close();
    await ended;
    expect(order).toEqual(['told', 'drained', 'socket ended']);
  });

  test('does not wait for connections on which nothing was asked', async () => {
    const server = newServer();
    const url = await server.listen(0, '127.0.0.1');
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(idle);
    await new Promise((resolve) => idle.once('connect', resolve));
    await fetch(`${url}/rocket/health`);
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.resume();
    await server.close();
    await ended;
  });

  test('lets a request under way end, but not for ever', async () => {
    let giveUp: (() => void) | undefined;
    const clock = {
      now: () => 0,
      after: (_ms: number, run: () => void) => {
        giveUp = run;
        return () => undefined;
      },
    };
    const server = newServer({ clock });
    const asked = new Promise<void>((resolve) => {
      server.fastify.get('/never', () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const url = await server.listen(0, '127.0.0.1');
    const answer = fetch(`${url}/never`).then(
      () => 'answered',
      () => 'cut',
    );
    await asked;
    const closed = server.close();
    expect(giveUp).toBeDefined();
    giveUp?.();
    await closed;
    expect(await answer).toBe('cut');
  });

  test('twice is closing once, also when it never listened', async () => {
    const server = newServer();
    expect(server.close()).toBe(server.close());
    await server.close();
  });
});

/** Sends a request as it stands: `fetch` would tidy the path up. */
function open(url: string, path: string, headers = 'Connection: close\r\n'): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n${headers}\r\n`);
  return socket;
}

function rawStatus(url: string, path: string, headers?: string): Promise<string> {
  const socket = open(url, path, headers);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
  });
  return new Promise((resolve) => socket.once('close', () => resolve(answer)));
}
