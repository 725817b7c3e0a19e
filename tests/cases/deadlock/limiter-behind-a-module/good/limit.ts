import pLimit from 'p-limit';

const writing = pLimit(1);

export const write = <T>(work: () => Promise<T>): Promise<T> => writing(work);
