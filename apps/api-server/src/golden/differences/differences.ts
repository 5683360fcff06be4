import { accessDifferences } from './access';
import { applyDifferences } from './apply';
import type { Difference } from './difference';
import { messageDifferences } from './messages';
import { objectDifferences } from './objects';
import { patchDifferences } from './patches';
import { storageDifferences } from './storage';
import { validationDifferences } from './validation';
import { webhookDifferences } from './webhooks';

/** Every reviewed difference between the recorded server (1.20) and this one (1.35). */
export const differences: readonly Difference[] = [
  ...objectDifferences,
  ...messageDifferences,
  ...patchDifferences,
  ...applyDifferences,
  ...accessDifferences,
  ...storageDifferences,
  ...validationDifferences,
  ...webhookDifferences,
];
