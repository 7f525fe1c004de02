import { MemoryEngine, memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { describeEngine } from './conformance.js';

describeEngine('a memory engine', () => ({ engine: () => new MemoryEngine(), end: () => undefined }));

describeEngine('memory engines that share', () => {
  const cluster = memoryEngines();
  const made = new Map<object, () => void>();
  const engine = () => {
    const one = cluster.engine();
    made.set(one, () => one.kill());
    return one;
  };
  return { engine, second: engine, kill: (one) => made.get(one)?.(), end: () => cluster.stop() };
});
