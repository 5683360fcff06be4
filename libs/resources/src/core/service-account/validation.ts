import type { Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { warningsForServiceAccount } from './warnings';

export const serviceAccountValidation: Validation<corev1.ServiceAccount> = { warnings: warningsForServiceAccount };
