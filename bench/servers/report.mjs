/** Tells the bench the port, and, whenever it asks, the CPU time this process has used. */
export function report(port) {
  process.on('message', () => process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }));
  process.send({ port: Number(port) });
}
