import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const selfSubjectAccessReviewResource = defineResource({
  kind: Kinds.SelfSubjectAccessReview,
  verbs: ['create'],
});
