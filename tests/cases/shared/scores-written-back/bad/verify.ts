export async function verify(player: string, points: number): Promise<number> {
  const answer = await fetch(`https://referee.example/${player}/${points}`);
  return Number(await answer.text());
}
