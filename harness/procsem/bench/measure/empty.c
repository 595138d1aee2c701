/* The program with nothing in it: no libc starts, the first instruction ends it.
 *
 * cc -O2 -static -nostdlib -o empty empty.c. Where programs are never static (macOS), the least that there is: main
 * returns.
 */
#if defined(__linux__) && defined(__x86_64__)
__asm__(".globl _start\n_start: mov $60, %eax\n xor %edi, %edi\n syscall\n"); /* exit(0) */
#elif defined(__linux__) && defined(__aarch64__)
__asm__(".globl _start\n_start: mov x8, #93\n mov x0, #0\n svc #0\n"); /* exit(0) */
#elif defined(__APPLE__)
int main(void) { return 0; }
#else
#error "no such program is known for this system and processor"
#endif
