import { afterEach, expect, test } from '@jest/globals';
import { type Project, tempProject } from './project.js';
import { type ServerProcess, startServer } from './server-process.js';

const files = {
  'server.js': `
    import { createServer } from 'node:http';
    const server = createServer((request, response) => response.end(process.env.GREETING));
    server.listen(process.env.PORT, process.env.HOST, () => {
      console.log('test listening on http://' + process.env.HOST + ':' + server.address().port);
    });
    process.on('SIGTERM', () => { console.log('goodbye'); process.exit(); });
  `,
  'package.json': '{ "type": "module" }',
};

let project: Project | undefined;
let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  project?.remove();
});

test('a server keeps its address when it is stopped, killed and started again', async () => {
  project = tempProject(files);
  server = await startServer({
    cwd: project.root,
    command: [process.execPath, 'server.js'],
    env: { GREETING: 'hello' },
  });
  const { url } = server;
  const greeting = async () => (await fetch(url)).text();
  expect(await greeting()).toBe('hello');

  await server.stop();
  expect(server.output()).toContain('goodbye');
  await expect(greeting()).rejects.toThrow('fetch failed');
  await server.restart();
  expect(await greeting()).toBe('hello');

  await server.kill();
  expect(server.output()).not.toContain('goodbye');
  await expect(greeting()).rejects.toThrow('fetch failed');
  await server.restart();
  expect(await greeting()).toBe('hello');
});

test('a server that ends before it listens is told with all it printed', async () => {
  project = tempProject({ 'server.js': "console.error('the port is taken'); process.exit(3);" });
  const starting = startServer({ cwd: project.root, command: [process.execPath, 'server.js'] });
  await expect(starting).rejects.toThrow(/ended with code 3 before it printed [\s\S]*the port is taken/);
});
