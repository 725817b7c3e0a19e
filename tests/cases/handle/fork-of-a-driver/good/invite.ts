import { createPool, sql } from '@silverhand/slonik';

const pool = await createPool('postgres://localhost/app');

export async function invite(organization: string, address: string): Promise<string> {
  const id = await pool.transaction(async (connection) => {
    const made = crypto.randomUUID();
    await connection.query(sql`insert into invitations values (${made}, ${organization}, ${address})`);
    await connection.query(sql`update organizations set invited = invited + 1 where id = ${organization}`);
    return made;
  });
  await fetch('https://mail.example.org/send', { method: 'POST', body: JSON.stringify({ address, id }) });
  return id;
}
