import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const selfSubjectRulesReviewResource = defineResource({
  kind: Kinds.SelfSubjectRulesReview,
  verbs: ['create'],
});
