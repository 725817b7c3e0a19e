import { createPool, sql } from '@silverhand/slonik';

const pool = await createPool('postgres://localhost/app');

export async function invite(organization: string, address: string): Promise<string> {
  return pool.transaction(async (connection) => {
    const id = crypto.randomUUID();
    await connection.query(sql`insert into invitations values (${id}, ${organization}, ${address})`);
    await pool.query(sql`update organizations set invited = invited + 1 where id = ${organization}`);
    await fetch('https://mail.example.org/send', { method: 'POST', body: JSON.stringify({ address, id }) });
    return id;
  });
}
