export function Tasks() {
  return <h1 className="text-2xl font-semibold">Tasks</h1>;
}
