import { MemoryEngine, memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { FarEngine, Network } from './conformance/far-engine.js';
import { describeEngine } from './conformance.js';

describeEngine('a memory engine', () => {
  const clock = new ManualClock();
  return {
    ...{ clock, window: 1000 },
    pass: (ms) => clock.advance(ms),
    engine: () => new MemoryEngine(),
    end: () => undefined,
  };
});

describeEngine('memory engines that share', () => {
  const clock = new ManualClock();
  const cluster = memoryEngines();
  const kills = new Map<object, () => void>();
  const engine = () => {
    const one = cluster.engine();
    kills.set(one, () => one.kill());
    return one;
  };
  return {
    ...{ clock, window: 1000, engine, second: engine },
    pass: (ms) => clock.advance(ms),
    kill: (one) => kills.get(one)?.(),
    end: () => cluster.stop(),
  };
}, ['second', 'kill']);

describeEngine('memory engines behind a network', () => {
  const cluster = memoryEngines();
  const network = new Network();
  const clock = new ManualClock();
  const kills = new Map<object, () => void>();
  const engine = () => {
    const one = cluster.engine();
    const far = new FarEngine(one, network);
    kills.set(far, () => one.kill());
    return far;
  };
  const setDown = (isDown: boolean) => {
    network.isDown = isDown;
  };
  return {
    ...{ clock, window: 1000, engine, second: engine },
    pass: (ms) => clock.advance(ms),
    kill: (one) => kills.get(one)?.(),
    lose: (session) => network.lose(session),
    down: () => setDown(true),
    up: () => setDown(false),
    end: () => cluster.stop(),
  };
}, ['second', 'kill', 'lose', 'down']);
