import { dns1035Label, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { warningsForService } from '../warnings';
import { validateServiceStatusUpdate } from './load-balancer';
import { validateService } from './service';
import { validateServiceUpdate } from './update';

export const serviceValidation: Validation<corev1.Service> = {
  name: dns1035Label,
  create: validateService,
  update: validateServiceUpdate,
  subresources: { status: validateServiceStatusUpdate },
  warnings: warningsForService,
};
