#pragma once

/// What a lock guards, in a form that clang checks (clang.llvm.org/docs/ThreadSafetyAnalysis.html,
/// -Wthread-safety). Other compilers see nothing of it.
#if defined(__clang__)
#define TASKDOCK_THREAD_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define TASKDOCK_THREAD_ATTRIBUTE(attribute)
#endif

/// On a class: its objects are locks that other declarations can name.
#define CAPABILITY(kind) TASKDOCK_THREAD_ATTRIBUTE(capability(kind))
/// On a class whose objects hold a lock from construction to destruction.
#define SCOPED_CAPABILITY TASKDOCK_THREAD_ATTRIBUTE(scoped_lockable)

/// On a variable: only a thread that holds `mutex` may read or write it.
#define GUARDED_BY(mutex) TASKDOCK_THREAD_ATTRIBUTE(guarded_by(mutex))

/// On a function: the caller holds these.
#define REQUIRES(...) TASKDOCK_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
/// On a function: the caller does not hold these, since the function takes them itself.
#define EXCLUDES(...) TASKDOCK_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
/// On a function: takes these, and its caller holds them afterwards.
#define ACQUIRE(...) TASKDOCK_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
/// On a function that returns whether it took the lock: its first argument is the value that says
/// so.
#define TRY_ACQUIRE(...) TASKDOCK_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
/// On a function: releases these.
#define RELEASE(...) TASKDOCK_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
