/** How many bytes of a request are read, its object among them: as many as upstream reads of a body. */
export const mostRequestBytes = 3 << 20;
