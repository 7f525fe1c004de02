import { beforeEach, describe, expect, test } from '@jest/globals';
import { Liveness } from '../../../runtime/client/liveness.js';
import type { Clock } from '../../../src/clock.js';

/** One timer, which fires when the spec says so: late, as after a sleep. */
class LateClock implements Clock {
  time = 0;
  due = Number.POSITIVE_INFINITY;
  private run = (): void => {};

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    this.due = this.time + Math.max(0, ms);
    this.run = run;
    return () => {
      this.due = Number.POSITIVE_INFINITY;
    };
  }

  /** Fires the timer, so late. */
  fire(late = 0): void {
    this.time = this.due + late;
    this.due = Number.POSITIVE_INFINITY;
    this.run();
  }
}

let clock: LateClock;
let isDead: boolean;
let liveness: Liveness;

beforeEach(() => {
  clock = new LateClock();
  isDead = false;
  liveness = new Liveness(clock, 10_000, () => {
    isDead = true;
  });
});

test('one and a half heartbeats of silence are the end', () => {
  expect(clock.due).toBe(15_000);
  clock.fire();
  expect(isDead).toBe(true);
});

test('a frame only notes the time; the timer is set anew when it fires', () => {
  clock.time = 9_000;
  liveness.heard();
  expect(clock.due).toBe(15_000);
  clock.fire();
  expect(isDead).toBe(false);
  expect(clock.due).toBe(24_000);
});

describe('a timer that fires late, as in a page in the background or after a sleep', () => {
  test('proves nothing: the server has a few seconds more', () => {
    clock.fire(3_600_000);
    expect(isDead).toBe(false);
    expect(clock.due - clock.time).toBe(2_500);
    liveness.heard();
    clock.fire();
    expect(isDead).toBe(false);
    expect(clock.due - clock.time).toBe(15_000 - 2_500);
  });

  test('again and again is no proof either', () => {
    for (let minute = 0; minute < 10; minute += 1) clock.fire(57_500);
    expect(isDead).toBe(false);
  });

  test('is followed by the end where nothing comes', () => {
    clock.fire(3_600_000);
    clock.fire();
    expect(isDead).toBe(true);
  });
});

describe('when the page is looked at again', () => {
  test('a server whose sign of life is overdue has a few seconds left', () => {
    clock.time = 12_000;
    liveness.hurry();
    expect(clock.due).toBe(14_500);
    clock.fire();
    expect(isDead).toBe(true);
  });

  test('a server that is not due has until a few seconds after it is', () => {
    clock.time = 1_000;
    liveness.heard();
    clock.time = 3_000;
    liveness.hurry();
    expect(clock.due).toBe(14_500);
    clock.fire();
    expect(isDead).toBe(true);
  });

  test('no server gets more time than it had', () => {
    clock.time = 14_000;
    liveness.hurry();
    expect(clock.due).toBe(15_000);
  });

  test('a server that is heard of then lives on', () => {
    clock.time = 12_000;
    liveness.hurry();
    liveness.heard();
    clock.fire();
    expect(isDead).toBe(false);
    expect(clock.due).toBe(27_000);
  });
});

test('stop leaves no timer', () => {
  liveness.stop();
  expect(clock.due).toBe(Number.POSITIVE_INFINITY);
});
