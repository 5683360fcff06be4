import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const tokenReviewResource = defineResource({
  kind: Kinds.TokenReview,
  verbs: ['create'],
});
