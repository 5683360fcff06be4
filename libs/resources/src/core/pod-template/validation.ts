import type { Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validatePodTemplate } from '../pod/validation/pod';
import { warningsForTemplate } from '../pod/warnings/template';

export const podTemplateValidation: Validation<corev1.PodTemplate> = {
  create: ({ template }, to) => validatePodTemplate(template, 'template', to),
  warnings: ({ template }) => warningsForTemplate(template, 'template'),
};
