// For the address sanitizer only: no library is ever unloaded. An OpenGL driver that is unloaded at exit
// takes with it the globals that point to its last allocations, which then count as leaks of nobody.
extern "C" int dlclose(void*) { return 0; }
