export const config = {
  mirrors: ['https://a.example', 'https://b.example'],
  attempts: 3,
};
