export function TaskPage() {
  return <h1 className="text-2xl font-semibold">TaskPage</h1>;
}
