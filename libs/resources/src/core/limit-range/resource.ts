import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultLimitRange } from './defaults';
import { limitRangeValidation } from './validation';

export const limitRangeResource = defineResource({
  kind: Kinds.LimitRange,
  generation: false,
  defaults: defaultLimitRange,
  validation: limitRangeValidation,
});
