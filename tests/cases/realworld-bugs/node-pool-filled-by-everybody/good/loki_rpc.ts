export interface Snode { public_ip: string; storage_port: number; pubkey_x25519: string }
export async function lokiRpc(address: string, port: number, method: string, params: object): Promise<{ result: { service_node_states: Snode[] } }> {
  const response = await fetch(`${address}:${port}/json_rpc`, { method: 'POST', body: JSON.stringify({ method, params }) });
  return (await response.json()) as { result: { service_node_states: Snode[] } };
}
