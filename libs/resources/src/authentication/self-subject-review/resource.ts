import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const selfSubjectReviewResource = defineResource({
  kind: Kinds.SelfSubjectReview,
  verbs: ['create'],
});
