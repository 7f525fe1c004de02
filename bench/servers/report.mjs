/** Tells the bench the port, then its use of CPU and memory whenever it asks, and broadcasts when it is told to. */
export function report(port, broadcast) {
  process.on('message', (message) => {
    if (message === 'usage') return process.send(used());
    for (let count = 0; count < message.broadcast; count += 1) broadcast();
  });
  process.send({ port: Number(port) });
}

function used() {
  globalThis.gc?.();
  globalThis.gc?.();
  return { cpu: process.cpuUsage(), rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed };
}
