import time

def log_generator():
    logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login"
    ]
    for log in logs:
        time.sleep(1)  # Симуляция задержки чтения больших данных
        yield log

def process_logs():
    log_gen = log_generator()
    for log in log_gen:
        print(f"Обработка: {log}")

# Запуск процесса
process_logs()
