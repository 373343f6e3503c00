import { Link } from '@tanstack/react-router';
import { ListTodo, SearchX } from 'lucide-react';
import { buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';

/** Where no task is yet: what a task is and how to have one. */
export function NothingYet() {
  return (
    <Empty title="No tasks yet" icon={<ListTodo className="size-8" />}>
      <p className="mb-4">
        A task begins with a goal in your words and, if you like, some files. The chief plans it, the team
        carries it out, and you see it here as it happens.
      </p>
      <Link to="/" className={buttonLook('main')}>
        Write a goal
      </Link>
    </Empty>
  );
}

/** Where the filters leave nothing. */
export function NothingMatches() {
  return (
    <Empty title="No task is like that" icon={<SearchX className="size-8" />}>
      <p className="mb-4">None fits all of these filters. Take one away, or all of them.</p>
      <Link to="/tasks" search={{}} replace className={buttonLook('plain')}>
        Clear the filters
      </Link>
    </Empty>
  );
}
