/** One JSON-RPC call to the local chain. */
export async function callChain(
  rpcUrl: string,
  method: string,
  params: unknown[],
): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

/** Moves the local chain's clock forward and mines a block there. Money deadlines run on this clock. */
export async function advanceChainTime(rpcUrl: string, seconds: number): Promise<void> {
  await callChain(rpcUrl, "evm_increaseTime", [`0x${seconds.toString(16)}`]);
  await callChain(rpcUrl, "evm_mine", []);
}
