import { type Redis, startRedis } from '../support/redis.js';
import type { EngineChoice, Ground, Scene } from './ground.js';
import { FaultProxy, type ProxiedLink } from './proxy.js';

export interface RedisGroundSettings {
  readonly servers: number;
  /** Redis has its data back after a restart. */
  readonly appendonly: boolean;
  readonly functions: boolean;
}

/** One Redis, to which each server has a way of its own. */
export class RedisGround implements Ground {
  readonly servers: number;
  private redis: Redis | undefined;
  private readonly proxies: FaultProxy[] = [];

  constructor(private readonly settings: RedisGroundSettings) {
    this.servers = settings.servers;
  }

  async start(): Promise<void> {
    this.redis = await startRedis({ appendonly: this.settings.appendonly });
    for (let server = 0; server < this.servers; server += 1)
      this.proxies.push(await FaultProxy.start(this.redis.port));
  }

  engine(server: number): EngineChoice {
    const url = `redis://127.0.0.1:${this.proxies[server]?.port}`;
    return { kind: 'redis', url, functions: this.settings.functions };
  }

  harm(scene: Scene): void {
    const { random } = scene;
    const proxy = random.pick(this.proxies);
    const link = proxy.pick(random);
    const ms = random.below(random.chance(0.1) ? 12_000 : 4_000);
    const x = random.next();
    if (x < 0.12) return this.onLink(scene, 'redis cut', link, (one) => one.cut());
    if (x < 0.24) return this.onLink(scene, 'redis cut midway', link, (one) => one.cutMidway());
    if (x < 0.34) return this.onLink(scene, 'redis blackhole', link, (one) => one.blackhole());
    if (x < 0.44) {
      this.onLink(scene, 'redis slow', link, (one) => one.delay(random.below(400)));
      return scene.until(ms, () => link?.flow());
    }
    if (x < 0.54) return this.away(scene, [proxy], 'redis away from one', ms);
    if (x < 0.6) return this.away(scene, this.proxies, 'redis away', ms);
    if (x < 0.68) return this.pause(scene, Math.min(ms, 6_000));
    if (x < 0.78) return this.ask(scene, 'redis subscribers gone', ['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    if (x < 0.84) return this.ask(scene, 'redis scripts flushed', ['FUNCTION', 'FLUSH'], ['SCRIPT', 'FLUSH']);
    if (x < 0.9) {
      scene.note('redis emptied', 'loses');
      return this.tell(scene, ['FLUSHALL']);
    }
    scene.note(this.settings.appendonly ? 'redis restarted' : 'redis restarted empty', 'loses');
    scene.during(() => this.started.restart());
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.splice(0).map((proxy) => proxy.stop()));
    await this.redis?.stop();
  }

  private get started(): Redis {
    if (this.redis === undefined) throw new Error('Redis was not started');
    return this.redis;
  }

  private onLink(
    scene: Scene,
    fault: string,
    link: ProxiedLink | undefined,
    harm: (link: ProxiedLink) => void,
  ): void {
    if (link === undefined) return;
    scene.note(fault);
    harm(link);
  }

  private away(scene: Scene, proxies: readonly FaultProxy[], fault: string, ms: number): void {
    scene.note(fault);
    for (const proxy of proxies) {
      proxy.isDown = true;
      for (const link of proxy.open) link.cut();
    }
    scene.until(ms, () => {
      for (const proxy of proxies) proxy.isDown = false;
    });
  }

  private pause(scene: Scene, ms: number): void {
    scene.note('redis stands still');
    this.started.pause();
    scene.until(ms, () => this.started.resume());
  }

  private ask(scene: Scene, fault: string, ...commands: readonly string[][]): void {
    scene.note(fault);
    this.tell(scene, ...commands);
  }

  private tell(scene: Scene, ...commands: readonly string[][]): void {
    scene.during(async () => {
      for (const [command = '', ...parameters] of commands) await this.started.cli(command, ...parameters);
    });
  }
}
