// What the application uses of Preact, which is fetched by the build. Only TypeScript reads this file.

export function html(strings: TemplateStringsArray, ...values: unknown[]): any;
export function render(tree: unknown, parent: Element): void;
export class Component {
  props: any;
  state: any;
  constructor(props?: any);
  setState(next: any): void;
}
export function useState<T>(first: T | (() => T)): [T, (next: T | ((old: T) => T)) => void];
export function useReducer<S, A>(reduce: (state: S, action: A) => S, first: S): [S, (action: A) => void];
export function useEffect(act: () => void | (() => unknown), on?: unknown[]): void;
export function useLayoutEffect(act: () => void | (() => unknown), on?: unknown[]): void;
export function useRef<T>(first: T): { current: T };
export function useMemo<T>(make: () => T, on: unknown[]): T;
