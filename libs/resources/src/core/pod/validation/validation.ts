import type { Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { warningsForPod } from '../warnings/pod';
import { validatePodCreate } from './pod';
import { validatePodStatusUpdate } from './status';
import { validateEphemeralUpdate, validatePodUpdate } from './update';

export const podValidation: Validation<corev1.Pod> = {
  create: validatePodCreate,
  update: validatePodUpdate,
  subresources: {
    status: validatePodStatusUpdate,
    ephemeralcontainers: validateEphemeralUpdate,
    // No kubelet of Skiff resizes a pod in place, so what was asked for stays as it is.
    resize: validatePodUpdate,
  },
  warnings: warningsForPod,
};
