import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultPodTemplate } from './defaults';
import { podTemplateTable } from './table';
import { podTemplateValidation } from './validation';

export const podTemplateResource = defineResource({
  kind: Kinds.PodTemplate,
  generation: false,
  answersDeleted: true,
  defaults: defaultPodTemplate,
  validation: podTemplateValidation,
  table: podTemplateTable,
});
