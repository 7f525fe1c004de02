import type { DeliverySettings } from '../../runtime/server/delivery/delivery.js';

/** What an app has that sets no option. */
export const deliverySettings: DeliverySettings = {
  window: 120_000,
  presenceGrace: 5_000,
  history: { entries: 1_000, bytes: 1_048_576 },
  replies: { entries: 512, bytes: 1_048_576 },
  slowConsumers: 'catch-up',
};
